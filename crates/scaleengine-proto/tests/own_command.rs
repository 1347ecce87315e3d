//! Commands declared outside the crate.

#![allow(clippy::unwrap_used)]

use scaleengine_proto::param::Nullable;
use scaleengine_proto::{
    Acknowledged, Command, Confidence, Declared, Entry, Fields, RawCommand, Reply, ReplyShape, Safety, Shape,
    SpecError, Value, decode, find,
};
use serde::Deserialize;

/// Starts an upload.
///
/// The upload ends by itself.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "upload.start",
    safety = Unsafe,
    reason = "each call starts an upload",
    confirm = "storage is billed",
    reply = Upload
)]
#[constructor(in_folder(folder, user; public))]
#[constructor(anonymous(public, !user))]
struct StartUpload {
    /// Name of the file.
    #[param(example = "news.mp4", required = Documented)]
    r#type: String,
    /// Folder of the file.
    #[param(example = "news")]
    folder: Option<String>,
    /// Owner of the file.
    #[param(example = "editor", confidence = Observed)]
    user: Option<Nullable<String>>,
    /// Everyone can download the file.
    #[param(example = true)]
    public: Option<bool>,
    /// Size in bytes.
    #[param(example = 1_048_576, optional = Assumed)]
    size: Option<i64>,
    extra: Fields,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Upload {
    upload_id: String,
}

impl ReplyShape for Upload {
    const SHAPE: Shape = Shape::observed("The id under `upload_id`.");
}

fn json(command: &impl Command) -> String {
    serde_json::to_string(command).unwrap()
}

/// Returns the command as JSON, after a check that its raw command serializes the same.
fn sent<C: Command + Into<RawCommand>>(command: C) -> String {
    let typed = json(&command);
    let raw: RawCommand = command.into();
    assert_eq!(json(&raw), typed);
    typed
}

#[test]
fn a_custom_command_has_constructors_setters_and_extra_parameters() {
    let by_folder = StartUpload::in_folder("news.mp4", "news", "editor");
    assert_eq!(sent(by_folder.clone()), r#"{"type":"news.mp4","folder":"news","user":"editor"}"#);
    let more = by_folder.size(7).public(false).extra("note", "n").extra("tags", ["a"]);
    assert_eq!(format!("{more:?}").matches("news").count(), 0, "{more:?}");
    assert_eq!(
        sent(more),
        r#"{"type":"news.mp4","folder":"news","user":"editor","public":false,"size":7,"note":"n","tags":["a"]}"#
    );
    assert_eq!(sent(StartUpload::anonymous("news.mp4", true)), r#"{"type":"news.mp4","user":null,"public":true}"#);

    let declared_as_extra = StartUpload::anonymous("news.mp4", true).extra("size", 7);
    let error = serde_json::to_string(&declared_as_extra).unwrap_err();
    assert_eq!(error.to_string(), "declared by upload.start, so it cannot be an extra parameter");
}

#[test]
fn a_custom_command_is_data_and_is_not_in_the_catalogue() {
    let spec = StartUpload::SPEC;
    assert_eq!((spec.name, spec.family(), spec.summary()), ("upload.start", "upload", "Starts an upload."));
    assert_eq!((spec.page, spec.confidence, spec.safety), ("", Confidence::Documented, Safety::Unsafe));
    assert_eq!((spec.confirm, spec.reply), (Some("storage is billed"), Upload::SHAPE));
    let facts = spec.fields.iter().map(|field| (field.name, field.optional, field.presence_confidence));
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [
            ("type", false, Confidence::Documented),
            ("folder", false, Confidence::Documented),
            ("user", false, Confidence::Documented),
            ("public", false, Confidence::Documented),
            ("size", true, Confidence::Assumed),
        ]
    );
    assert_eq!((spec.field("size").unwrap().parse)(&["7"]), Ok(Value::Int(7)));

    let raw = RawCommand::from(StartUpload::in_folder("news.mp4", "news", "editor"));
    assert_eq!((raw.wire_name(), raw.safety(), spec.check(&raw)), ("upload.start", Safety::Unsafe, Ok(())));
    assert_eq!(
        spec.check(&raw.field("sice", 7)).unwrap_err().to_string(),
        "sice: upload.start has no parameter of this name"
    );
    assert_eq!(spec.check(&RawCommand::new("upload.start")), Err(SpecError::Missing(vec!["type", "folder", "user"])));
    for sample in Entry::of::<StartUpload>().samples() {
        assert_eq!((spec.check(&sample.minimal), spec.check(&sample.full)), (Ok(()), Ok(())), "{}", sample.constructor);
    }
    assert!(find("upload.start").is_none());
}

#[test]
fn a_custom_reply_type_is_decoded() {
    let reply: Reply<<StartUpload as Command>::Reply> = decode(br#"{"status":"success","upload_id":"u-7"}"#).unwrap();
    assert_eq!(*reply.value(), Upload { upload_id: "u-7".into() });
}

/// A crate that re-exports this one, as `scaleengine` does.
mod facade {
    pub(crate) use scaleengine_proto as proto;
}

mod elsewhere {
    use crate::facade::proto::{Command, Fields};

    /// Ends an upload.
    #[derive(Command)]
    #[command(crate = "crate::facade::proto", name = "upload.end", safety = Idempotent)]
    #[command(reason = "ending an upload twice has the same effect as once", reply = (), busy_is_result)]
    pub(crate) struct EndUpload {
        /// New name of the file.
        #[param(name = "new", example = "b.mp4")]
        new_name: Option<String>,
        extra: Fields,
    }
}

#[test]
fn the_path_of_the_crate_can_be_set() {
    let end = elsewhere::EndUpload::new();
    assert_eq!((end.wire_name(), end.safety(), end.busy_is_result()), ("upload.end", Safety::Idempotent, true));
    assert_eq!(sent(end.new_name("b.mp4").extra("id", "u-7")), r#"{"new":"b.mp4","id":"u-7"}"#);
    assert_eq!(elsewhere::EndUpload::SPEC.fields[0].name, "new");
}

const DATA: &[u8] = br#"{"status":"success","message":"","data":[1]}"#;

#[test]
fn a_reply_of_unit_type_reads_nothing() {
    /// Implements [`Command`] without the derive.
    struct Ping;

    impl serde::Serialize for Ping {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map::<&str, &str, [_; 0]>([])
        }
    }

    impl Command for Ping {
        type Reply = ();

        fn wire_name(&self) -> &str {
            "ping"
        }

        fn safety(&self) -> Safety {
            Safety::ReadOnly
        }
    }

    fn reply<C: Command>(_: &C) -> Reply<C::Reply> {
        decode(DATA).unwrap()
    }

    assert_eq!(json(&Ping), "{}");
    assert_eq!((reply(&Ping).raw(), reply(&elsewhere::EndUpload::new()).raw()), (DATA, DATA));
    reply(&Ping).into_value();
    assert_eq!(<()>::SHAPE, Acknowledged::SHAPE);
}
