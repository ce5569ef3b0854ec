//! Component `organizations`.

mod organizations;
mod organizations_filters;
mod organizations_graph;
mod organizations_scope;
mod organizations_write;
