//! The state under concurrent changes, compared with a model.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use scaleengine_proto::{RawCommand, sevu};
use scaleengine_sandbox::{Sandbox, Seed};
use serde_json::Value;

use crate::common::ask;

/// A step of a worker with its own publishers.
#[derive(Debug, Clone, Copy)]
enum Step {
    Add(u8),
    Remove(u8),
    List,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..4_u8).prop_map(Step::Add),
        2 => (0..4_u8).prop_map(Step::Remove),
        1 => Just(Step::List),
    ];
    proptest::collection::vec(step, 1..12)
}

/// Returns the listed user names, each with its id.
async fn listed(sandbox: &Sandbox) -> BTreeMap<String, i64> {
    let answer = ask(sandbox, &sevu::ListStreamUsers::new()).await;
    let rows = answer["sandbox"]["streamusers"].as_array().unwrap().clone();
    let row = |row: Value| (row["user"].as_str().unwrap().to_owned(), row["streamuser_id"].as_i64().unwrap());
    let count = rows.len();
    let map: BTreeMap<_, _> = rows.into_iter().map(row).collect();
    assert_eq!(map.len(), count, "no publisher is listed twice");
    map
}

/// Runs one worker. Other workers do not affect its own publishers.
async fn work(sandbox: Arc<Sandbox>, worker: usize, steps: Vec<Step>) -> BTreeMap<String, i64> {
    let name = |own: u8| format!("w{worker}-{own}");
    let mut model: BTreeMap<String, i64> = BTreeMap::new();
    let mut given = Vec::new();
    for step in steps {
        match step {
            Step::Add(own) => {
                let add = sevu::AddStreamUser::publisher("app", "stream", name(own), "pass");
                let id = ask(&sandbox, &add).await["sandbox"]["streamuser_id"].as_i64().unwrap();
                match model.insert(name(own), id) {
                    Some(before) => assert_eq!(before, id, "the same publisher"),
                    None => assert!(!given.contains(&id), "{id} was used before"),
                }
                given.push(id);
            }
            Step::Remove(own) => {
                let answer = ask(&sandbox, &sevu::RemoveStreamUser::by_name("app", "stream", name(own))).await;
                assert_eq!(answer["status"] == "success", model.remove(&name(own)).is_some());
            }
            Step::List => {
                let all = listed(&sandbox).await;
                let own: BTreeMap<_, _> =
                    all.into_iter().filter(|(user, _)| user.starts_with(&format!("w{worker}-"))).collect();
                assert_eq!(own, model);
            }
        }
    }
    model
}

#[test]
fn concurrent_workers_see_their_own_changes_and_the_final_state_is_their_sum() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(plans in proptest::collection::vec(steps(), 2..6))| {
        runtime.block_on(async {
            let sandbox = Arc::new(Sandbox::builder().seed(Seed::empty()).start().await.unwrap());
            let workers: Vec<_> = plans
                .into_iter()
                .enumerate()
                .map(|(worker, steps)| tokio::spawn(work(Arc::clone(&sandbox), worker, steps)))
                .collect();
            let mut expected = BTreeMap::new();
            for worker in workers {
                expected.extend(worker.await.unwrap());
            }
            assert_eq!(listed(&sandbox).await, expected);
        });
    });
}

#[tokio::test]
async fn created_objects_are_listed_until_they_are_removed() {
    let sandbox = Sandbox::builder().seed(Seed::empty()).start().await.unwrap();
    let call = async |name: &str, fields: &[(&str, Value)]| {
        let command = fields.iter().fold(RawCommand::new(name), |command, (name, value)| match value {
            Value::String(text) => command.field(*name, text.as_str()),
            Value::Array(items) => {
                command.field(*name, items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>())
            }
            other => command.field(*name, other.as_i64().unwrap()),
        });
        let mut answer = ask(&sandbox, &command).await;
        (answer["message"].as_str().unwrap().to_owned(), answer["sandbox"].take())
    };
    let text = |text: &str| Value::from(text);

    // Switchboards.
    let list: Value = ["s1", "s2"].into_iter().collect();
    let board = [("app", text("a")), ("stream", text("out")), ("stream_list", list.clone())];
    assert_eq!(call("switchboard.add", &board).await.1["switchboard_id"], 1);
    assert_eq!(call("switchboard.get", &[]).await.1["switchboards"][0]["stream_list"], list);
    let shorter: Value = ["s3"].into_iter().collect();
    call("switchboard.update", &[("switchboard_id", 1.into()), ("stream_list", shorter.clone())]).await;
    assert_eq!(
        call("switchboard.get", &[("switchboard_id", 1.into())]).await.1["switchboards"][0]["stream_list"],
        shorter
    );
    assert_eq!(call("switchboard.reset", &[("switchboard_id", 2.into())]).await.0, "No such switchboard");

    // Push services, their sessions, and the event log.
    let service = [("service_name", text("yt")), ("dst_stream", text("d")), ("app", text("a")), ("stream", text("s"))];
    assert_eq!(call("pushpublish.add", &service).await.1["push_service_id"], 1);
    let stream = [("push_service_id", text("1")), ("app", text("a")), ("inst", text("i")), ("stream", text("s"))];
    assert_ne!(call("pushpublish.connect", &stream).await.1["entry_name"], Value::Null);
    assert_eq!(call("pushpublish.disconnect", &stream).await.0, "");
    assert_eq!(call("pushpublish.disconnect", &stream).await.0, "No such push session");
    let events = call("log.origin", &[("app", text("a")), ("stream", text("s"))]).await.1["events"].take();
    assert_eq!((&events[0]["event"], &events[1]["event"]), (&text("unpush"), &text("push")));
    assert_eq!(call("pushpublish.services", &[]).await.1["services"].as_array().unwrap().len(), 1);
    assert_eq!(call("pushpublish.remove", &[("push_service_id", 1.into())]).await.0, "");
    assert_eq!(call("pushpublish.services", &[]).await.1["services"], Value::Array(vec![]));

    // Recordings, by a wildcard.
    for stream in ["cam_1", "cam_2", "other"] {
        call("recording.start", &[("app", text("a/i")), ("stream", text(stream))]).await;
    }
    let wild = [("app", text("a/i")), ("stream", text("cam_*"))];
    let split = call("recording.split", &wild).await.1["recordings"].take();
    assert_eq!((split.as_array().unwrap().len(), &split[0]["part"]), (2, &Value::from(2)));
    assert_eq!(call("recording.stop", &wild).await.0, "");
    assert_eq!(call("recording.stop", &wild).await.0, "No such recording");

    // A playlist's items.
    let playlist = [
        ("app", text("a")),
        ("name", text("n")),
        ("stream", text("s")),
        ("repeat", 1.into()),
        ("active", 1.into()),
        ("scheduled", text("2026-01-01 00:00:00")),
    ];
    let id = call("channel.addchannel", &playlist).await.1["channel_id"].clone();
    let items = |items: &[&str]| items.iter().copied().collect::<Value>();
    call("channel.addchannelvideos", &[("channel_id", id.clone()), ("videos", items(&["v1"]))]).await;
    call("channel.addchannelvideos", &[("channel_id", id.clone()), ("videos", items(&["v2"]))]).await;
    let of =
        async |id: &Value| call("channel.getchannelvideos", &[("channel_id", id.clone())]).await.1["videos"].take();
    assert_eq!(of(&id).await, items(&["v1", "v2"]));
    let copy = call("channel.clone", &[("channel_id", id.clone())]).await.1["channel_id"].clone();
    call("channel.replacevideos", &[("channel_id", id.clone()), ("videos", items(&["v3"]))]).await;
    assert_eq!((of(&id).await, of(&copy).await), (items(&["v3"]), items(&["v1", "v2"])));
}

#[tokio::test]
async fn an_encoder_reconnects_until_its_publisher_is_removed() {
    let live = scaleengine_sandbox::LiveStream::new("demo-origin", "live", "news");
    let seed = Seed::documented().reconnecting_stream(live.clone(), "encoder", "pass");
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let close = async || {
        ask(
            &sandbox,
            &RawCommand::new("stream.close").field("app", "demo-origin").field("inst", "live").field("stream", "news"),
        )
        .await["status"]
            .take()
    };
    // Without a publisher the encoder does not reconnect.
    assert_eq!(close().await, "success");
    assert!(!sandbox.is_live(&live));

    let add = sevu::AddStreamUser::publisher("demo-origin", "news", "encoder", "pass");
    ask(&sandbox, &add).await;
    sandbox.reset();
    ask(&sandbox, &add).await;
    assert_eq!(close().await, "success");
    assert!(sandbox.is_live(&live), "it reconnected");
    let details = ask(&sandbox, &scaleengine_proto::stream::Details::new("demo-origin", "live", "news")).await;
    assert_eq!(details["sandbox"]["stream"]["stream_id"], 1002, "with a new id");
    ask(&sandbox, &sevu::RemoveStreamUser::by_name("demo-origin", "news", "encoder")).await;
    assert_eq!(close().await, "success");
    assert!(!sandbox.is_live(&live));
}
