<?php
// Writes or checks the vectors of every declared command: PHP decodes, signs and encodes the
// requests in the snapshots. Arguments: the sandbox's secret, the folder of the snapshots, the
// folder of the vectors, and `write` or `check`. Exits 1 at the first file that is missing,
// different or superfluous.

[, $secret, $snapshots, $folder, $mode] = $argv;

$files = [];
foreach (glob("$snapshots/*.snap") as $snapshot) {
    $lines = file($snapshot, FILE_IGNORE_NEW_LINES);
    foreach (preg_grep('/^{/', $lines) as $at => $body) {
        $request = json_decode($body);
        unset($request->signature);
        $text = json_encode($request);
        $request->signature = base64_encode(hash_hmac('sha256', $text, $secret, true));
        $case = "$folder/{$request->command}/" . str_replace(' ', '-', $lines[$at - 1]);
        $files["$case/secret.txt"] = $secret;
        $files["$case/text.json"] = $text;
        $files["$case/signature.txt"] = $request->signature;
        $files["$case/body.json"] = json_encode($request);
    }
}

if ($mode === 'write') {
    foreach ($files as $file => $content) {
        is_dir(dirname($file)) || mkdir(dirname($file), 0777, true);
        file_put_contents($file, $content);
    }
}
foreach ($files as $file => $content) {
    if (!is_file($file) || file_get_contents($file) !== $content) {
        fwrite(STDERR, "$file differs from PHP's output: run cargo xtask vectors\n");
        exit(1);
    }
}
foreach (glob("$folder/*/*/*") as $file) {
    if (!isset($files[$file])) {
        fwrite(STDERR, "$file does not belong to any command: delete it\n");
        exit(1);
    }
}
printf("PHP %s agrees: %d vectors of %d commands\n", PHP_VERSION, count($files) / 4, count(glob("$folder/*")));
