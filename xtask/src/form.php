<?php
// Prints how PHP read the field `json`.
header('Content-Type: text/plain');
$value = $_POST['json'] ?? null;
if (is_string($value)) {
    echo 'string ', base64_encode($value);
} elseif (is_array($value)) {
    echo 'array';
} elseif (isset($_FILES['json'])) {
    echo 'file';
} else {
    echo 'missing';
}
