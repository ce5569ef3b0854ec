//! Component `organizations`.

mod jit;
mod jit_joining;
mod organizations;
mod organizations_change;
mod organizations_featured;
mod organizations_limits;
