# As in the public gem: JSON.generate does not escape `/` or non-ASCII characters; multipart.
# Arguments: address, API key, secret, CDN, and a value for each request. Prints the code
# and diagnosis of each.
require 'json'
require 'net/http'
require 'openssl'

url, key, secret, cdn, *values = ARGV
values.each do |value|
  request = { command: 'stream.close', api_key: key, timestamp: Time.now.to_i, cdn: cdn.to_i, stream: value, stream_id: 7 }
  request[:signature] = [OpenSSL::HMAC.digest('sha256', secret, JSON.generate(request))].pack('m0')
  post = Net::HTTP::Post.new(URI(url))
  post.set_form([['json', JSON.generate(request)]], 'multipart/form-data')
  answer = Net::HTTP.start(post.uri.host, post.uri.port) { |http| http.request(post) }
  body = JSON.parse(answer.body)
  puts "#{body['code'] || body['message']}\t#{answer['x-sandbox-diagnosis']}"
end
