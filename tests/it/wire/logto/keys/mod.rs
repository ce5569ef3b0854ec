//! Component `keys`.

mod applications_secrets;
