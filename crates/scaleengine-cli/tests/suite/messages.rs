//! Texts as snapshots. `INSTA_UPDATE=always cargo test …` writes them; read each changed line.

use std::fmt::Write as _;

use crate::binary::Ran;

/// The values that differ between runs, and their placeholders.
const VARIABLE: [(&str, &str); 13] = [
    (r"/tmp/[.\w]+", "FOLDER"),
    (r"(127\.0\.0\.1|localhost):\d{2,5}", "${1}:PORT"),
    (r#""handle_time":(0\.\d+|"0\.\d+ seconds")"#, r#""handle_time":DURATION"#),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC)?", "TIME"),
    (r"\b(0\.\d+|\d+(\.\d+)?) ?(s|ms|µs)\b", "DURATION"),
    (r"\b1[5-9]\d{8}\b", "SECONDS"),
    (r"\b[A-Za-z0-9+\\/]{42,43}=", "SIGNATURE"),
    (r"\b(mystream|my_|news)\w*\.[0-9a-f]{14}\.\d{8}", "KEY"),
    (r#"(pass(word)?["=: ]+)[A-Za-z0-9]{20}"#, "${1}PASSWORD"),
    (r"pass=[A-Za-z0-9]{20}", "pass=PASSWORD"),
    (r"\d+ done, [^\n]*not reached", "COUNTS"),
    (r"is different; [^\n]+", "is different; COUNTS"),
    (r"uid \d+", "uid UID"),
];

/// Compares a text with its snapshot.
pub(crate) fn compare(name: &str, text: &str) {
    snapshot(name, text, &[]);
}

/// Compares the output of runs with a snapshot, except the values that differ between runs.
pub(crate) fn compare_output(name: &str, text: &str) {
    snapshot(name, text, &VARIABLE);
}

fn snapshot(name: &str, text: &str, variable: &[(&str, &str)]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, placeholder) in variable {
        settings.add_filter(pattern, *placeholder);
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The messages and exit codes of the runs of one test. They are compared with its snapshot when
/// the test ends.
#[derive(Default)]
pub(crate) struct Messages(String);

impl Messages {
    /// Adds stderr and the exit code of a run. `case` says what was wrong.
    pub(crate) fn add(&mut self, case: &str, ran: &Ran) {
        let _ = writeln!(self.0, "# {case}\n{}exit code {}\n", ran.stderr, ran.code);
    }

    pub(crate) fn compare(mut self, test: &str) {
        compare_output(&format!("messages-{test}"), &std::mem::take(&mut self.0));
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        assert!(self.0.is_empty() || std::thread::panicking(), "the messages were not compared");
    }
}
