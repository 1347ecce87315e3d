<?php
// Signs a request in a loop as the documented PHP client does; prints the median time of a request,
// in ns.

$secret = '5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5';
$times = [];
for ($round = 0; $round < 15; $round++) {
    $start = hrtime(true);
    for ($call = 0; $call < 20000; $call++) {
        $request = [
            'command' => 'stream.close',
            'api_key' => 'SANDBOXKEY0000000000000000000000',
            'timestamp' => 1700000000,
            'cdn' => 158,
            'app' => 'demo-origin',
            'inst' => 'live',
            'stream' => 'my_live_stream',
            'origin_url' => 'jb-origin.secdn.net',
        ];
        $request['signature'] = base64_encode(hash_hmac('sha256', json_encode($request), $secret, true));
        $body = json_encode($request);
    }
    $times[] = (hrtime(true) - $start) / 20000;
}
sort($times);
echo $times[7], "\n";
