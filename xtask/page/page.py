"""Tests the sandbox's page in a real browser, over WebDriver: sends bad requests, opens them, and reads
their explanations.

Arguments: the origin of the sandbox (http://127.0.0.1:PORT), that of the driver, the browser's binary,
a file for a screenshot.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SANDBOX, DRIVER, BROWSER, SHOT = sys.argv[1:5]
SECRET = b"5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5"
HOSTILE = "<img src=x onerror=alert(1)>"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def http(method, url, body=None, headers=()):
    request = urllib.request.Request(url, body, dict(headers), method=method)
    try:
        return json.load(urllib.request.urlopen(request, timeout=30))
    except urllib.error.HTTPError as error:
        return json.load(error)


def send(**fields):
    """Sends a request like a client that does not escape `/` or `é`."""
    request = {"command": "stream.close", "api_key": "SANDBOXKEY0000000000000000000000", "timestamp": int(time.time()), "cdn": 158}
    text = json.dumps({**request, **fields}, ensure_ascii=False, separators=(",", ":"))
    mac = base64.b64encode(hmac.new(SECRET, text.encode(), hashlib.sha256).digest()).decode()
    form = urllib.parse.urlencode({"json": text[:-1] + ',"signature":"' + mac + '"}'}).encode()
    return http("POST", SANDBOX + "/stable/", form)


def driver(method, path, **body):
    answer = http(method, DRIVER + path, json.dumps(body).encode() if method == "POST" else None, {"Content-Type": "application/json"}.items())
    value = answer.get("value")
    if isinstance(value, dict) and "error" in value:
        raise SystemExit(f"{path}: {value['error']}: {value['message']}")
    return value


def wait(what, condition):
    for _ in range(100):
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise SystemExit(f"timed out waiting until {what}")


options = {"binary": BROWSER, "args": [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1280,1000",
]}
session = "/session/" + driver("POST", "/session", capabilities={"alwaysMatch": {"goog:chromeOptions": options, "unhandledPromptBehavior": "ignore"}})["sessionId"]


def script(text, *args):
    return driver("POST", session + "/execute/sync", script=text, args=list(args))


def keys(text):
    element = driver("GET", session + "/element/active")[ELEMENT]
    driver("POST", f"{session}/element/{element}/value", text=text)


def text_of(selector):
    return script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)


try:
    driver("POST", session + "/url", url=SANDBOX + "/_sandbox/")
    assert send(stream="news/é", stream_id=1)["code"] == "0003"
    wait("the request appears without a reload", lambda: "slash-unescaped+utf8-raw" in text_of("#list"))
    assert send(stream=HOSTILE, app=HOSTILE, inst="é", stream_id=1)["code"] == "0003"
    wait("the second request appears", lambda: script("return document.querySelectorAll('#list button').length") == 2)

    # With the keyboard only: open the newest request, then the one below it.
    script("document.querySelector('#list button').focus()")
    keys("\ue007")
    wait("the hostile request opens", lambda: HOSTILE in text_of("#detail"))
    keys("\ue015")
    detail = wait("the request below opens", lambda: (lambda text: text if "news/é" in text else None)(text_of("#detail")))
    for expected in ["the secret is correct, but the JSON is not", "write each `/` as `\\/`", "✓ raw", "✗ array", "at byte "]:
        assert expected in detail, f"{expected} is not in {detail}"
    assert text_of("#detail mark") == "/", text_of("#detail mark")

    # The hostile string is shown as text: it creates no element and runs no script.
    assert script("return document.images.length") == 0
    for section in ["state", "faults", "rules"]:
        script("location.hash = '#/' + arguments[0]", section)
        wait(f"{section} is shown", lambda: script("return !document.getElementById(arguments[0]).hidden", section))
    script("location.hash = '#/faults'")
    wait("the field for faults has the focus", lambda: script("const words = document.getElementById('words'); words.focus(); return document.activeElement === words"))
    keys("status=503 id=busy\ue007")
    wait("the fault is listed", lambda: "status=503" in text_of("#armed"))
    try:
        urllib.request.urlopen(SANDBOX + "/stable/", b"", timeout=30)
        raise SystemExit("the fault was not applied")
    except urllib.error.HTTPError as error:
        assert error.code == 503 and error.headers["X-Sandbox-Fault"] == "busy"
    keys("status=7\ue007")
    wait("the error of an invalid fault is shown", lambda: "between 200 and 599" in text_of("#wrong"))
    script("document.querySelector('#armed button').click()")
    wait("the fault is removed", lambda: text_of("#armed") == "")
    script("location.hash = '#/state'")
    wait("the state lists the stream", lambda: "my_live_stream" in text_of("#tables"))
    script("location.hash = '#/rules'")
    wait("the rules are listed", lambda: "timestamp-window" in text_of("#known"))
    # An open alert would have failed every script above.
    script("location.hash = '#/requests'")
    with open(SHOT, "wb") as file:
        file.write(base64.b64decode(driver("GET", session + "/screenshot")))
    print("the page passed: requests, explanations, keyboard, faults, state, rules")
finally:
    driver("DELETE", session)
