<?php
// Reads the cases that `cases` in xtask/conformance writes, and compares each with PHP's result.
// Arguments: the sandbox's secret, the minimum number of cases of each kind, the folder of the
// snapshots, whose signed JSON is verified too. Exits 1 at the first difference.

[, $secret, $least, $snapshots] = $argv;
$count = ['sign' => 0, 'read' => 0, 'snapshot' => 0];

function fail(string $what, string ...$texts): never
{
    fwrite(STDERR, "conformance: $what\n");
    foreach ($texts as $text) {
        fwrite(STDERR, "  $text\n");
    }
    exit(1);
}

function signature(string $text): string
{
    global $secret;
    return base64_encode(hash_hmac('sha256', $text, $secret, true));
}

/** Returns the canonical JSON that PHP derives from a received request under one check, or `!` if it fails. */
function reencoded(string $text, bool $arrays): string
{
    $value = json_decode($text, $arrays);
    if (json_last_error() !== JSON_ERROR_NONE) {
        return '!';
    }
    if ($arrays) {
        unset($value['signature']);
    } else {
        unset($value->signature);
    }
    $encoded = json_encode($value);
    return $encoded === false ? '!' : $encoded;
}

while (($line = fgets(STDIN)) !== false) {
    [$kind, $text, $first, $second] = explode("\t", rtrim($line, "\n"));
    $count[$kind]++;
    if ($kind === 'read') {
        foreach ([[true, $first, 'arrays'], [false, $second, 'objects']] as [$arrays, $ours, $name]) {
            $theirs = reencoded($text, $arrays);
            if ($theirs !== $ours) {
                fail("canonical JSON differs, read as $name", $text, "PHP:  $theirs", "ours: $ours");
            }
        }
        continue;
    }
    // The request that the documented client would send for the same parameters.
    [$name, $params] = json_decode($second);
    $request = ['command' => $name, 'api_key' => 'SANDBOXKEY0000000000000000000000', 'timestamp' => 1700000000, 'cdn' => 158];
    foreach (get_object_vars($params) as $key => $value) {
        $request[$key] = $value;
    }
    $theirs = json_encode($request);
    if ($theirs !== $text) {
        fail('canonical JSON differs', "PHP:  $theirs", "ours: $text");
    }
    foreach ([true, false] as $arrays) {
        $again = json_encode(json_decode($text, $arrays));
        if ($again !== $text) {
            fail($arrays ? 'not a fixed point when read as arrays' : 'not a fixed point when read as objects', "PHP:  $again", "ours: $text");
        }
    }
    if (signature($text) !== $first) {
        fail('signature differs', $text, 'PHP:  ' . signature($text), "ours: $first");
    }
}

foreach (glob("$snapshots/*.snap") as $file) {
    foreach (preg_grep('/^{/', file($file, FILE_IGNORE_NEW_LINES)) as $body) {
        $request = json_decode($body, true);
        $signature = $request['signature'];
        unset($request['signature']);
        $text = json_encode($request);
        $request['signature'] = signature($text);
        if ($request['signature'] !== $signature || json_encode($request) !== $body) {
            fail("snapshot differs: $file", 'PHP:  ' . json_encode($request), "ours: $body");
        }
        $count['snapshot']++;
    }
}

if (min($count['sign'], $count['read']) < $least || $count['snapshot'] === 0) {
    fail('too few cases: ' . json_encode($count));
}
printf("PHP %s agrees: %d commands signed, %d JSON texts read, %d snapshots\n", PHP_VERSION, $count['sign'], $count['read'], $count['snapshot']);
