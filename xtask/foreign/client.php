<?php
// As in the API documentation: json_encode, HMAC over its output, curl with an array (multipart).
// Arguments: address, API key, secret, CDN, and a value for each request. Prints the code
// and diagnosis of each.
[, $url, $key, $secret, $cdn] = $argv;
foreach (array_slice($argv, 5) as $value) {
    $request = ['command' => 'stream.close', 'api_key' => $key, 'timestamp' => time(), 'cdn' => (int) $cdn, 'stream' => $value, 'stream_id' => 7];
    $request['signature'] = base64_encode(hash_hmac('sha256', json_encode($request), $secret, true));
    $headers = [];
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POST => true,
        CURLOPT_POSTFIELDS => ['json' => json_encode($request)],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HEADERFUNCTION => function ($curl, $line) use (&$headers) {
            $parts = explode(': ', trim($line), 2);
            $headers[strtolower($parts[0])] = $parts[1] ?? '';
            return strlen($line);
        },
    ]);
    $answer = json_decode(curl_exec($curl), true);
    echo $answer['code'] ?? $answer['message'], "\t", $headers['x-sandbox-diagnosis'] ?? '', "\n";
}
