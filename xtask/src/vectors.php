<?php
// Vectors of every declared command, written by PHP: what the snapshots hold, decoded, signed and encoded here.
// Arguments: the sandbox's secret, the folder of the snapshots, the folder of the vectors, and `write` or `check`.
// Checking exits 1 at the first file that is missing, different, or left over.

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
        fwrite(STDERR, "$file is not what PHP writes: cargo xtask vectors\n");
        exit(1);
    }
}
foreach (glob("$folder/*/*/*") as $file) {
    if (!isset($files[$file])) {
        fwrite(STDERR, "$file belongs to no command\n");
        exit(1);
    }
}
printf("PHP %s agrees: %d vectors of %d commands\n", PHP_VERSION, count($files) / 4, count(glob("$folder/*")));
