//! `--print php` and `python`: a command as a script, to start from in another language. It
//! contains no credentials and no secret parameter: it reads them from the environment.

use scaleengine::proto::find;
use scaleengine::{Command as _, Credentials, Value};

use crate::fields::Filled;

/// The language of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Php,
    Python,
}

/// Returns the script of a command.
pub(crate) fn of(filled: &Filled, language: Language, url: &str) -> String {
    let Filled { command, secrets, .. } = filled;
    let secret = |name: &str| {
        let declared = find(command.wire_name()).and_then(|entry| entry.spec.field(name));
        declared.is_some_and(|field| field.kind.secret) || secrets.iter().any(|own| own == name)
    };
    let fields = command.fields().map(|(name, value)| {
        let hidden = secret(name) && *value != Value::Null;
        let value = if hidden { language.variable(&variable(name)) } else { language.value(value) };
        (name, value)
    });
    let fields: String = fields.map(|(name, value)| language.member(name, &value)).collect();
    language.script(command.wire_name(), &fields, url)
}

/// Returns the variable of a secret parameter, a name that every shell can set.
fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("SCALEENGINE_{}", name.chars().map(plain).collect::<String>())
}

impl Language {
    fn script(self, command: &str, fields: &str, url: &str) -> String {
        let (key, secret, cdn) = (Credentials::API_KEY, Credentials::SECRET_KEY, Credentials::CDN);
        let (command, url) = (self.text(command), self.text(url));
        match self {
            Language::Php => format!(
                "<?php
function variable($name) {{
    $value = getenv($name);
    if ($value === false) {{
        fwrite(STDERR, \"$name is not set\\n\");
        exit(1);
    }}
    return $value;
}}
$request = [
    'command' => {command},
    'api_key' => variable('{key}'),
    'timestamp' => time(),
    'cdn' => (int) variable('{cdn}'),
{fields}];
$request['signature'] = base64_encode(hash_hmac('sha256', json_encode($request), variable('{secret}'), true));
$curl = curl_init(getenv('SCALEENGINE_API_URL') ?: {url});
curl_setopt_array($curl, [CURLOPT_POSTFIELDS => ['json' => json_encode($request)], CURLOPT_RETURNTRANSFER => true]);
$answer = curl_exec($curl);
echo $answer === false ? curl_error($curl) : $answer, \"\\n\";
"
            ),
            Language::Python => format!(
                "import base64, hashlib, hmac, json, os, re, time, urllib.parse, urllib.request

request = {{
    \"command\": {command},
    \"api_key\": os.environ[\"{key}\"],
    \"timestamp\": int(time.time()),
    \"cdn\": int(os.environ[\"{cdn}\"]),
{fields}}}
# As PHP's json_encode writes it: no blanks, ASCII only, each slash escaped.
text = json.dumps(request, ensure_ascii=False, separators=(\",\", \":\")).replace(\"/\", \"\\\\/\")
text = re.sub(\"[^\\0-\\x7f]\", lambda found: json.dumps(found[0])[1:-1], text)
mac = hmac.new(os.environ[\"{secret}\"].encode(), text.encode(), hashlib.sha256).digest()
body = text[:-1] + ',\"signature\":\"' + base64.b64encode(mac).decode() + '\"}}'
url = os.environ.get(\"SCALEENGINE_API_URL\", {url})
print(urllib.request.urlopen(url, urllib.parse.urlencode({{\"json\": body}}).encode(), timeout=15).read().decode())
"
            ),
        }
    }

    fn member(self, name: &str, value: &str) -> String {
        match self {
            Language::Php => format!("    {} => {value},\n", self.text(name)),
            Language::Python => format!("    {}: {value},\n", self.text(name)),
        }
    }

    fn variable(self, name: &str) -> String {
        match self {
            Language::Php => format!("variable('{name}')"),
            Language::Python => format!("os.environ[\"{name}\"]"),
        }
    }

    /// Returns a string literal. Characters that could end it or the line are escaped.
    fn text(self, text: &str) -> String {
        match self {
            // Only these two are special in single quotes.
            Language::Php => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Language::Python => {
                let escaped = text.chars().map(|c| match c {
                    '"' | '\\' => format!("\\{c}"),
                    c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
                    c => c.to_string(),
                });
                format!("\"{}\"", escaped.collect::<String>())
            }
        }
    }

    fn value(self, value: &Value) -> String {
        let word = |php: &str, python: &str| if self == Language::Php { php.to_owned() } else { python.to_owned() };
        match value {
            Value::Bool(true) => word("true", "True"),
            Value::Bool(false) => word("false", "False"),
            // PHP would read the literal as a negated float.
            Value::Int(i64::MIN) if self == Language::Php => "PHP_INT_MIN".to_owned(),
            Value::Int(int) => int.to_string(),
            Value::Text(text) => self.text(text),
            Value::List(values) => {
                format!("[{}]", values.iter().map(|value| self.value(value)).collect::<Vec<_>>().join(", "))
            }
            Value::Map(fields) => {
                let arrow = word(" => ", ": ");
                let members =
                    fields.iter().map(|(name, value)| format!("{}{arrow}{}", self.text(name), self.value(value)));
                let members = members.collect::<Vec<_>>().join(", ");
                if self == Language::Php { format!("[{members}]") } else { format!("{{{members}}}") }
            }
            _ => word("null", "None"),
        }
    }
}
