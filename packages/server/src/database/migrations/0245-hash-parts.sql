-- Hashes are searched by a part, too ("%deadbeef%"), which took a look at all of them. Apart from the other values, so that
-- words are looked for among words alone; their waiting lists are short, since every search reads through them.
create index attributes_value1_hash_trigrams on attributes using gin (lower(value1) gin_trgm_ops)
  with (gin_pending_list_limit = 16384)
  where type in ('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512/224', 'sha512/256', 'sha3-224',
    'sha3-256', 'sha3-384', 'sha3-512', 'imphash', 'pehash', 'authentihash', 'tlsh', 'ssdeep', 'telfhash', 'impfuzzy',
    'vhash', 'ja3-fingerprint-md5', 'jarm-fingerprint', 'hassh-md5', 'hasshserver-md5', 'x509-fingerprint-md5',
    'x509-fingerprint-sha1', 'x509-fingerprint-sha256', 'cdhash', 'git-commit-id', 'dom-hash', 'uuid');
create index attributes_value2_hash_trigrams on attributes using gin (lower(value2) gin_trgm_ops)
  with (gin_pending_list_limit = 16384)
  where type in ('filename|md5', 'filename|sha1', 'filename|sha256', 'malware-sample', 'filename|sha224',
    'filename|sha384', 'filename|sha512', 'filename|sha512/224', 'filename|sha512/256', 'filename|sha3-224',
    'filename|sha3-256', 'filename|sha3-384', 'filename|sha3-512');
