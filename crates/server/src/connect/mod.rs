//! How an account is connected over the web: a link that an application sends its user to, the page
//! behind it, the consent at the service, and the way back.

pub mod callback;
mod device;
mod ending;
pub mod form;
pub mod html;
pub mod link;
pub mod made;
