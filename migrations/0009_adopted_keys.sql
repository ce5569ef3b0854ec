-- Keys of the operator's are told by how their generation begins; the word names no API any more.
UPDATE signing_key SET generation = 'adopted:' || substr(generation, length('idah_jwt_key:') + 1)
  WHERE generation LIKE 'idah\_jwt\_key:%' ESCAPE '\';
