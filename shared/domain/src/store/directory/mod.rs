//! The whole directory: all organizations, people, machines, roles and scopes, for whoever may manage all of it
//! (`Ctx::directory`). Its statements hang on [`System`](super::System), since none is about one tenant's own view.

pub mod people;
pub mod people_changes;
pub mod people_search;
