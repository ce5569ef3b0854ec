-- Built-in roles of the EazyRent API. What each may do stands in shared/domain/src/policy/builtin.rs.
INSERT INTO role (id, family, key, name, description, is_managed, created_at, updated_at) VALUES
  (100000000001, 'builtin', 'admin', 'admin', 'Platform operator: administrator', 1, 0, 0),
  (100000000002, 'builtin', 'staff', 'staff', 'Platform operator: staff', 1, 0, 0),
  (100000000003, 'builtin', 'user', 'user', 'Platform operator: user', 1, 0, 0),
  (100000000011, 'builtin', 'org:admin', 'org:admin', 'Administrator of the organization', 1, 0, 0),
  (100000000012, 'builtin', 'org:staff', 'org:staff', 'Staff of the organization', 1, 0, 0),
  (100000000013, 'builtin', 'org:user', 'org:user', 'Member of the organization', 1, 0, 0),
  (100000000021, 'builtin', 'organization:read', 'organization:read', 'Read the organization and its people', 1, 0, 0),
  (100000000022, 'builtin', 'organization:write', 'organization:write', 'Change the organization and its people', 1, 0, 0),
  (100000000023, 'builtin', 'product:read', 'product:read', 'Read products (sibling API)', 1, 0, 0),
  (100000000024, 'builtin', 'product:write', 'product:write', 'Change products (sibling API)', 1, 0, 0),
  (100000000025, 'builtin', 'rental_file:read', 'rental_file:read', 'Read rental files (sibling API)', 1, 0, 0),
  (100000000026, 'builtin', 'rental_file:write', 'rental_file:write', 'Change rental files (sibling API)', 1, 0, 0),
  (100000000027, 'builtin', 'document:write', 'document:write', 'Write documents (sibling API)', 1, 0, 0);
