//! `/me`: who the caller is, and what waits for them

mod doubt;
pub mod example;
mod todo;
mod view;

use actix_web::get;

pub use self::todo::list_todo;
use self::view::MeView;
use crate::http::{
    caller::{Caller, may},
    reply::{
        Reply,
        format::{Format, Offered as _},
        json,
    },
};

/// 我是谁 (who am I)
///
/// 令牌说了什么、据此能做什么、其中哪些没有被理解。没有令牌的是公众。
/// What the token says, what that lets one do, and what in it was not understood. Without a token one is the public.
#[utoipa::path(tag = "me", security((), ("bearer" = [])), responses((status = 200, description = "调用者 (the caller)", body = MeView), Caller<may::ReadPublished>))]
#[get("")]
pub async fn get_me(caller: Caller<may::ReadPublished>) -> Reply {
    Format::negotiate(caller.request().query_string(), caller.accept(), &[Format::Json])?;
    let token = caller.token().await?;
    Ok(caller.send(&json(&MeView::new(&caller, token.as_ref()), None)?))
}
