//! Playlists, which the API calls channels. Lists have the shape observed by the vendor's Perl
//! client.

use serde_json::{Value, json};

use super::{Context, Outcome, one};
use crate::answer::Failure;
use crate::state::Fields;

const NO_PLAYLIST: &str = "No such playlist";
const ID: &str = "channel_id";
const ITEMS: &str = "videos";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let id = context.request.id(ID);
    match command {
        "addchannel" => {
            let mut fields = context.request.all();
            // Assumed default.
            fields.entry("metadata").or_insert(Value::from(0));
            Ok(one(ID, context.state.playlists.add(fields)))
        }
        "clone" => {
            let Some(own) = context.state.playlists.get(id) else { return context.missing(NO_PLAYLIST) };
            let mut copy = own.clone();
            copy.extend(context.request.without(ID));
            copy.insert("active".into(), Value::from(0));
            Ok(one(ID, context.state.playlists.add(copy)))
        }
        "getallchannels" => {
            let wanted = |own: &Fields| context.request.agree(own, &["active", "app", "stream"]);
            let lists = context.state.playlists.iter().filter(|(_, own)| wanted(own));
            Ok(one("data", lists.map(|(id, own)| shown(id, own)).collect::<Vec<_>>()))
        }
        "currentchannels" => {
            let wanted = |own: &Fields| context.request.agree(own, &["app", "stream"]);
            let lists = context.state.playlists.iter().filter(|(_, own)| wanted(own));
            Ok(one(ITEMS, lists.flat_map(|(_, own)| items(own)).collect::<Vec<_>>()))
        }
        "channeldetails" | "getchannelvideos" => match context.state.playlists.get(id) {
            None => context.missing(NO_PLAYLIST),
            Some(own) if command == "channeldetails" => Ok(one("channel", super::with_id(ID, id, own))),
            Some(own) => Ok(one(ITEMS, items(own))),
        },
        "addchannelvideos" => {
            let added = context.request.list(ITEMS);
            change(context, id, |own| {
                let all = items(own).into_iter().chain(added).collect::<Vec<_>>();
                own.insert(ITEMS.into(), all.into());
            })
        }
        "replacevideos" | "updatechannel" => {
            let changes = context.request.without(ID);
            change(context, id, |own| own.extend(changes))
        }
        _ => Ok(Fields::new()),
    }
}

fn change(context: &mut Context<'_>, id: i64, change: impl FnOnce(&mut Fields)) -> Result<Fields, Failure> {
    let done = context.state.playlists.get_mut(id).map(change).is_some();
    context.done(done, NO_PLAYLIST)
}

fn items(playlist: &Fields) -> Vec<Value> {
    playlist.get(ITEMS).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Returns the observed fields. The parameter `name` is returned as `channel_name`.
fn shown(id: i64, playlist: &Fields) -> Value {
    let field = |name| playlist.get(name).cloned().unwrap_or_default();
    json!({
        "channel_id": id,
        "channel_name": field("name"),
        "stream": field("stream"),
        "metadata": field("metadata"),
        "scheduled": field("scheduled"),
    })
}
