//! JSON:API documents (<https://jsonapi.org/format/1.0/>) as our APIs that speak it have them: lists that are paged,
//! sorted, counted and filtered by parameters, sparse fields, resource objects in and out. Texts of faults are those of
//! contracts/idah.md, "Errors".

mod attributes;
mod document;
mod faults;
mod filters;
mod list;
mod moment;
mod params;

pub use attributes::Attributes;
pub use document::{Document, MEDIA_TYPE, Resource, wrapped};
pub use faults::fault;
pub use list::{FieldSets, ListRequest, ListShape, list_request, show_request};
pub use moment::{Moment, moment};
pub use params::{Param, Params};
