//! Switchboards.

use super::{Context, Outcome, one, with_id};
use crate::state::Fields;

const NO_SWITCHBOARD: &str = "No such switchboard";
const ID: &str = "switchboard_id";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let id = context.request.id(ID);
    match command {
        "add" => Ok(one(ID, context.state.switchboards.add(context.request.all()))),
        "get" => {
            let all = context.state.switchboards.iter();
            let wanted = all
                .filter(|(own, row)| (!context.request.has(ID) || *own == id) && context.request.agree(row, &["app"]));
            let shown: Vec<_> = wanted.map(|(own, row)| with_id(ID, own, row)).collect();
            if shown.is_empty() && context.request.has(ID) {
                return context.missing(NO_SWITCHBOARD);
            }
            Ok(one("switchboards", shown))
        }
        "update" => {
            let changes = context.request.without(ID);
            let done = context.state.switchboards.get_mut(id).map(|own| own.extend(changes)).is_some();
            context.done(done, NO_SWITCHBOARD)
        }
        "reset" => {
            let done = context.state.switchboards.get(id).is_some();
            context.done(done, NO_SWITCHBOARD)
        }
        _ => Ok(Fields::new()),
    }
}
