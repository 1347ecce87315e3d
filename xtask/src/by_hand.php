<?php
// Ten commands of different families as the documented PHP client would send them: hand-written
// arrays, in the order and with the literals of the documentation's examples. The signed JSON of
// each must equal the snapshot of the command, byte for byte. Arguments: the sandbox's secret, the
// folder of the snapshots.

[, $secret, $snapshots] = $argv;

$requests = [
    ['aws.upload', 'new full', [
        'path' => 'sestore1/jb/path/to/file.mp4',
        'destination_path' => 'path/to/file.mp4',
        'metadata' => ['param1' => 'value1'],
        'acl' => 'private',
        'bucket' => 'my_bucket',
        'callback' => 'www.mycallbackurl.com/',
    ]],
    ['channel.addchannel', 'new full', [
        'app' => 'jb-chorigin',
        'name' => 'My first playlist',
        'stream' => 'my_channel_stream_name',
        'repeat' => 1,
        'active' => 0,
        'scheduled' => '2014-10-13 15:00:00',
        'videos' => [
            ['video' => 'sestore1/username/path/play_first.mp4', 'start' => 0, 'length' => -1, 'sort_order' => 3],
            ['video' => 'my_livestream_1', 'start' => 0, 'length' => -2, 'sort_order' => 4],
        ],
        'playlist_count' => 4,
        'playlist_timeout' => 600,
        'enable_dvr' => true,
        'ga_key' => '',
    ]],
    ['channel.clone', 'new full', [
        'channel_id' => '1',
        'name' => 'My first playlist',
        'app' => 'jb-chorigin',
        'stream' => 'my_channel_stream_name',
    ]],
    ['disk.usage', 'new full', ['cpu' => 'demo', 'starttime' => 1695765373]],
    ['files.longlist', 'new full', ['path' => 'sestore4/jb', 'type' => 'video', 'offset' => 100]],
    ['log.origin', 'new full', ['app' => 'jb-origin', 'stream' => 'my_stream', 'limit' => 25, 'offset' => 0]],
    ['pushpublish.disconnect', 'by_entry full', [
        'app' => 'demo-origin',
        'inst' => 'live',
        'entry_name' => 'session_1',
        'origin_url' => 'jb-origin.secdn.net',
    ]],
    ['recording.stop', 'new full', [
        'app' => 'jb-origin/live',
        'stream' => 'test-record_*',
        'callback' => 'http://jb.com/callback',
        'title' => 'few words',
        'description' => 'longer paragraph',
        'delete' => false,
    ]],
    ['sevu.addstreamuser', 'open minimal', ['app' => 'demo-origin', 'stream' => 'mystream', 'user' => null, 'pass' => null]],
    ['switchboard.update', 'new full', [
        'switchboard_id' => 1,
        'stream_list' => ['stream1', 'stream2', 'stream3'],
        'recheck_list' => true,
        'origin_url' => 'jb-chorigin.secdn.net',
        'ga_key' => '',
    ]],
];

foreach ($requests as [$command, $sample, $parameters]) {
    $request = array_merge(
        ['command' => $command, 'api_key' => 'SANDBOXKEY0000000000000000000000', 'timestamp' => 1700000000, 'cdn' => 158],
        $parameters
    );
    $request['signature'] = base64_encode(hash_hmac('sha256', json_encode($request), $secret, true));
    $theirs = json_encode($request);
    $lines = file("$snapshots/$command.snap", FILE_IGNORE_NEW_LINES);
    $ours = $lines[array_search($sample, $lines, true) + 1];
    if ($ours !== $theirs) {
        fwrite(STDERR, "hand-written $command differs\n  PHP:  $theirs\n  ours: $ours\n");
        exit(1);
    }
}
printf("PHP %s agrees: %d commands written by hand\n", PHP_VERSION, count($requests));
