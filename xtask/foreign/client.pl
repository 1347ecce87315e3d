# As in the vendor's Perl sample: the JSON is concatenated, the signature inserted, the result sent
# URL-encoded. Arguments: address, API key, secret, CDN, and a value for each request.
# Prints the code and diagnosis of each.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_base64);
use LWP::UserAgent;

my ($url, $key, $secret, $cdn, @values) = @ARGV;
my $agent = LWP::UserAgent->new;
foreach my $value (@values) {
    my $text = sprintf('{"command":"stream.close","api_key":"%s","timestamp":%d,"cdn":%d,"stream":"%s","stream_id":7}',
        $key, time, $cdn, $value);
    my $signature = hmac_sha256_base64($text, $secret);
    # Digest::SHA omits the padding.
    $signature .= '=' while length($signature) % 4;
    (my $signed = $text) =~ s/\}$/,"signature":"$signature"}/;
    my $answer = $agent->post($url, { json => $signed });
    my ($code) = $answer->content =~ /"code":"(\d+)"/;
    my ($message) = $answer->content =~ /"message":"([^"]*)"/;
    printf("%s\t%s\n", $code // $message, $answer->header('X-Sandbox-Diagnosis') // '');
}
