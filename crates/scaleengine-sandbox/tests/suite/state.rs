//! The state of the sandbox and its consistency across commands.

use scaleengine_proto::param::{IpRule, Pattern};
use scaleengine_proto::{CATALOGUE, Sample, channel, sevu, stream};
use scaleengine_sandbox::{LiveStream, Sandbox};
use serde_json::{Value, json};

use crate::common::{ask, now};

fn demo() -> LiveStream {
    LiveStream::new("demo-origin", "live", "my_live_stream")
}

#[tokio::test]
async fn a_removed_publisher_is_not_listed_and_cannot_publish() {
    let sandbox = Sandbox::start().await.unwrap();
    let list = async || ask(&sandbox, &sevu::ListStreamUsers::new().app("demo-origin")).await["sandbox"].take();
    let seeded = json!({ "streamuser_id": 1, "app": "demo-origin", "stream": "my_live_stream", "user": "username_1" });
    assert_eq!(list().await, json!({ "shape": "not seen", "streamusers": [seeded] }));

    let add = |pass: &str| sevu::AddStreamUser::publisher("demo-origin", "my_live_stream", "encoder", pass);
    assert_eq!(ask(&sandbox, &add("first")).await["sandbox"]["streamuser_id"], 2);
    assert_eq!(sandbox.publish_as(demo(), "encoder", "first"), Some(1000), "it is live already");
    assert_eq!(ask(&sandbox, &add("second")).await["sandbox"]["streamuser_id"], 2, "the same publisher");
    assert_eq!(sandbox.publish_as(demo(), "encoder", "first"), None);
    assert_eq!(sandbox.publish_as(demo(), "encoder", "second"), Some(1000));

    let by_name = sevu::RemoveStreamUser::by_name("demo-origin", "my_live_stream", "encoder");
    assert_eq!(ask(&sandbox, &by_name).await["status"], "success");
    assert_eq!(sandbox.publish_as(demo(), "encoder", "second"), None);
    let again = ask(&sandbox, &by_name).await;
    assert_eq!((&again["status"], &again["message"]), (&json!("failure"), &json!("No such publisher")));
    assert_eq!(ask(&sandbox, &sevu::RemoveStreamUser::by_id("1")).await["status"], "success");
    assert_eq!(list().await["streamusers"], json!([]));
    let gone = ask(&sandbox, &sevu::RetrieveStreamUser::by_id(1)).await;
    assert_eq!(gone["message"], "No such publisher");

    // A stream without authentication admits every encoder.
    assert_eq!(sandbox.publish_as(demo(), "whoever", ""), None);
    ask(&sandbox, &sevu::AddStreamUser::open("demo-origin", Pattern::any())).await;
    assert_eq!(sandbox.publish_as(demo(), "whoever", ""), Some(1000));
    assert_eq!(list().await["streamusers"][0]["user"], Value::Null);
}

#[tokio::test]
async fn a_closed_stream_is_not_active() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.publish(LiveStream::new("demo-origin", "live", "other"));
    let active = async || {
        let answer = ask(&sandbox, &stream::Active::new("demo-origin", "live")).await;
        let streams = answer["sandbox"]["streams"].as_array().unwrap().clone();
        streams.into_iter().map(|stream| stream["stream"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let details = stream::Details::new("demo-origin", "live", "my_live_stream");
    assert_eq!(active().await, ["my_live_stream", "other"]);
    assert_eq!(ask(&sandbox, &details).await["sandbox"]["stream"]["stream_id"], 1000);
    ask(&sandbox, &stream::Close::by_name("demo-origin", "live", "my_live_stream")).await;
    assert_eq!(active().await, ["other"]);
    assert_eq!(ask(&sandbox, &details).await["message"], "Stream is not live");
}

#[tokio::test]
async fn a_ticket_that_has_ended_is_not_active() {
    let sandbox = Sandbox::start().await.unwrap();
    let at = |offset: i64| jiff::Timestamp::from_second(now() + offset).unwrap();
    for (expire, active) in [(at(3600), "1"), (at(-1), "0")] {
        let request = sevu::Request::new("demo-origin", "mystream", "pass", IpRule::auto(), 5).expire(expire);
        let key = ask(&sandbox, &request).await["ticket"]["key"].as_str().unwrap().to_owned();
        assert_eq!(ask(&sandbox, &sevu::Status::new(key.as_str())).await["active"], active);
        assert_eq!(ask(&sandbox, &sevu::Revoke::new(key.as_str())).await["status"], "success");
        assert_eq!(ask(&sandbox, &sevu::Status::new(key.as_str())).await["active"], "0");
    }
}

#[tokio::test]
async fn playlists_are_listed_in_the_observed_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let scheduled = jiff::civil::date(2026, 1, 2).at(3, 4, 5, 0);
    let add = channel::AddChannel::new("jb-chorigin", "Second", "s2", true, true, scheduled);
    assert_eq!(ask(&sandbox, &add).await["sandbox"]["channel_id"], 1001);
    assert_eq!(ask(&sandbox, &channel::CloneChannel::new("1001").name("Copy")).await["sandbox"]["channel_id"], 1002);
    let names = async |list: channel::GetAllChannels| {
        let data = ask(&sandbox, &list).await["data"].take();
        data.as_array().unwrap().iter().map(|own| own["channel_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(channel::GetAllChannels::new()).await, ["My first playlist", "Second", "Copy"]);
    assert_eq!(names(channel::GetAllChannels::new().active(true)).await, ["Second"]);
    assert_eq!(names(channel::GetAllChannels::new().stream("s2")).await, ["Second", "Copy"]);
    assert_eq!(ask(&sandbox, &channel::CloneChannel::new("7")).await["message"], "No such playlist");
}

/// Covers every command. A reply of unknown shape is the bare envelope with `sandbox.shape`.
#[tokio::test]
async fn a_reply_of_unknown_shape_is_marked() {
    let sandbox = Sandbox::start().await.unwrap();
    for entry in CATALOGUE.iter().copied().flatten() {
        for Sample { full, .. } in entry.samples() {
            let answer = ask(&sandbox, &full).await;
            let mut names: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
            names.retain(|name| !["status", "message", "handle_time"].contains(name));
            let seen = entry.spec.reply.observed || answer["status"] == "failure";
            assert!(seen || names == ["sandbox"] && answer["sandbox"]["shape"] == "not seen", "{answer}");
            assert!(!seen || !names.contains(&"sandbox"), "{answer}");
        }
    }
}
