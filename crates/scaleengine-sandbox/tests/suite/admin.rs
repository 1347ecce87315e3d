//! The admin API under `/_sandbox/`, and its protection from web pages.

use scaleengine_proto::param::IpRule;
use scaleengine_proto::{RawCommand, UnixTime, sevu};
use scaleengine_sandbox::Sandbox;
use serde_json::json;

use crate::common::{admin, ask, now, post_json, send, signer};

#[tokio::test]
async fn the_admin_api_refuses_foreign_web_pages() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.address().port();
    let call = async |method: &str, path: &str, headers: &str| {
        let request =
            format!("{method} /_sandbox/{path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: 0\r\n\r\n");
        send(&sandbox, &request).await[9..12].parse::<u16>().unwrap()
    };
    let own = format!("Host: 127.0.0.1:{port}\r\n");
    for (method, path, headers, expected) in [
        ("GET", "health", own.clone(), 200),
        ("GET", "health", "Host: localhost\r\n".into(), 200),
        ("GET", "health", format!("Host: [::1]:{port}\r\n"), 200),
        // DNS rebinding: a foreign name that points at this machine.
        ("GET", "health", format!("Host: evil.example:{port}\r\n"), 403),
        ("GET", "", format!("Host: 127.0.0.1.evil.example:{port}\r\n"), 403),
        ("GET", "health", format!("Host: 10.0.0.1:{port}\r\n"), 403),
        ("GET", "health", format!("{own}Origin: http://evil.example\r\n"), 403),
        ("GET", "health", format!("{own}Origin: http://127.0.0.1:{port}\r\n"), 200),
        // Requests that a form of a web page can send.
        ("POST", "reset", own.clone(), 403),
        ("POST", "reset", format!("{own}X-Sandbox-Admin: 1\r\nOrigin: null\r\n"), 403),
        ("POST", "reset", format!("{own}X-Sandbox-Admin: 1\r\n"), 200),
        ("DELETE", "faults", own.clone(), 403),
        ("OPTIONS", "reset", format!("{own}Origin: http://evil.example\r\n"), 403),
        ("GET", "nothing", own.clone(), 404),
    ] {
        assert_eq!(call(method, path, &headers).await, expected, "{method} {path} {headers}");
    }
    let page = send(&sandbox, &format!("GET /_sandbox/ HTTP/1.1\r\n{own}Connection: close\r\n\r\n")).await;
    assert!(page.contains("\r\ncontent-security-policy: default-src 'none'; script-src 'self';"), "{page}");
    assert!(page.contains("\r\ncontent-type: text/html; charset=utf-8\r\n"));
}

#[tokio::test]
async fn a_snapshot_can_be_restored() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, before) = admin(&sandbox, "GET", "snapshot", "").await;
    let kept = sandbox.snapshot();
    let new = r#"{"app":"a","inst":"i","stream":"s"}"#;
    assert_eq!(admin(&sandbox, "POST", "publish", new).await, (200, json!({"admitted": true, "stream_id": 1001})));
    let stranger = r#"{"app":"a","inst":"i","stream":"t","user":"u","pass":"p"}"#;
    assert_eq!(admin(&sandbox, "POST", "publish", stranger).await.1, json!({"admitted": false}));
    assert_ne!(admin(&sandbox, "GET", "snapshot", "").await.1, before);
    assert_eq!(admin(&sandbox, "POST", "restore", &before.to_string()).await.0, 200);
    assert_eq!(admin(&sandbox, "GET", "snapshot", "").await.1, before);
    assert_eq!(admin(&sandbox, "POST", "restore", "{}").await.0, 400);
    sandbox.publish(scaleengine_sandbox::LiveStream::new("a", "i", "s"));
    sandbox.restore(&kept).unwrap();
    assert_eq!(sandbox.snapshot(), kept);
    assert!(sandbox.restore("[]").is_err());
    sandbox.publish(scaleengine_sandbox::LiveStream::new("a", "i", "s"));
    assert_eq!(admin(&sandbox, "POST", "reset", "").await.0, 200);
    assert_eq!(admin(&sandbox, "GET", "snapshot", "").await.1, before);
}

#[tokio::test]
async fn the_clock_can_be_set_moved_and_stopped() {
    let sandbox = Sandbox::start().await.unwrap();
    let list = RawCommand::new("app.list");
    let code = async |at: i64| {
        let answer = post_json(&sandbox, signer(&sandbox).sign(&list, UnixTime(at)).unwrap().json()).await;
        answer["code"].as_str().unwrap_or_default().to_owned()
    };
    admin(&sandbox, "POST", "clock", r#"{"set": 1000000}"#).await;
    assert_eq!((code(1_000_000).await.as_str(), code(now()).await.as_str()), ("", "0002"));
    let (_, clock) = admin(&sandbox, "POST", "clock", r#"{"freeze": true, "advance": 500}"#).await;
    assert!(clock["frozen"].as_bool().unwrap() && clock["now"].as_i64().unwrap() >= 1_000_500);
    assert_eq!(code(1_000_000).await, "0002");
    admin(&sandbox, "POST", "clock", r#"{"freeze": false, "advance": -500}"#).await;
    assert_eq!(code(1_000_000).await, "");
    for (method, path, body) in
        [("POST", "clock", r#"{"speed": 2}"#), ("POST", "view", "x"), ("GET", "requests?after=x", "")]
    {
        let (status, answer) = admin(&sandbox, method, path, body).await;
        assert!(status == 400 && answer["error"].is_string(), "{method} {path}: {status} {answer}");
    }
}

#[tokio::test]
async fn a_ticket_is_limited_to_its_uses_its_expiry_and_its_addresses() {
    let sandbox = Sandbox::start().await.unwrap();
    let issue = async |rule: IpRule, uses: i64| {
        let expire = jiff::Timestamp::from_second(now() + 3600).unwrap();
        let request = sevu::Request::new("demo-origin", "video", "pass", rule, uses).expire(expire);
        ask(&sandbox, &request).await["ticket"]["key"].as_str().unwrap().to_owned()
    };
    let view = |key: &str, pass: &str, ip: &str| sandbox.view(key, pass, ip.parse().unwrap());
    let key = issue(IpRule::auto(), 2).await;
    assert_eq!(view(&key, "wrong", "192.0.2.1"), Err("wrong password"));
    assert_eq!(view(&key, "pass", "192.0.2.1"), Ok(()));
    assert_eq!(view(&key, "pass", "192.0.2.2"), Err("another address"));
    assert_eq!(ask(&sandbox, &sevu::Status::new(key.as_str())).await["uses"], "1");
    assert_eq!(view(&key, "pass", "192.0.2.1"), Ok(()));
    assert_eq!(view(&key, "pass", "192.0.2.1"), Err("no uses left"));
    let counted = ask(&sandbox, &sevu::ErrorCount::new().key(key.as_str())).await;
    assert_eq!(counted["sandbox"]["count"], 5);
    assert_eq!(view("nothing", "", "::1"), Err("no such ticket"));

    let viewer = |key: &str| format!(r#"{{"key":"{key}","pass":"pass","ip":"192.0.2.9"}}"#);
    let key = issue(IpRule::network([192, 0, 2, 0], 29).unwrap(), 5).await;
    assert_eq!(
        admin(&sandbox, "POST", "view", &viewer(&key)).await.1,
        json!({"admitted": false, "why": "another address"})
    );
    let key = issue(IpRule::network([192, 0, 2, 0], 28).unwrap(), 5).await;
    assert_eq!(admin(&sandbox, "POST", "view", &viewer(&key)).await.1, json!({"admitted": true, "why": null}));
    sandbox.advance(3601);
    assert_eq!(view(&key, "pass", "192.0.2.1"), Err("expired"));
}

#[tokio::test]
async fn a_reset_restores_the_initial_faults_and_the_initial_clock() {
    let sandbox = Sandbox::builder().fault("command=x code=1000 id=own".parse().unwrap()).start().await.unwrap();
    sandbox.advance(5000);
    sandbox.remove_fault("own");
    sandbox.fault("hang".parse().unwrap());
    assert_eq!(admin(&sandbox, "POST", "reset", "").await.0, 200);
    let (_, faults) = admin(&sandbox, "GET", "faults", "").await;
    assert_eq!((faults.as_array().unwrap().len(), &faults[0]["id"]), (1, &json!("own")));
    assert_eq!(ask(&sandbox, &RawCommand::new("app.list")).await["status"], "success");

    // With `wait`, the list is returned when the next matching request arrives.
    let waiting = async { admin(&sandbox, "GET", "requests?command=app.list&after=1&wait=20", "").await.1 };
    let asking = async {
        ask(&sandbox, &RawCommand::new("disk.usage")).await;
        ask(&sandbox, &RawCommand::new("app.list").field("n", 1)).await;
    };
    let (list, ()) = tokio::join!(waiting, asking);
    assert_eq!(list.as_array().unwrap().len(), 1);
}
