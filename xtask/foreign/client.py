"""A typical client with requests: json.dumps writes blanks after `:` and `,`, and does not escape `/`.

Arguments: address, API key, secret, CDN, and a value for each request. Prints the code and diagnosis of each.
"""

import base64
import hashlib
import hmac
import json
import sys
import time

import requests

url, key, secret, cdn, *values = sys.argv[1:]
for value in values:
    request = {"command": "stream.close", "api_key": key, "timestamp": int(time.time()), "cdn": int(cdn), "stream": value, "stream_id": 7}
    mac = hmac.new(secret.encode(), json.dumps(request).encode(), hashlib.sha256).digest()
    request["signature"] = base64.b64encode(mac).decode()
    answer = requests.post(url, data={"json": json.dumps(request)}, timeout=30)
    body = answer.json()
    print(body.get("code", body["message"]), answer.headers.get("X-Sandbox-Diagnosis", ""), sep="\t")
