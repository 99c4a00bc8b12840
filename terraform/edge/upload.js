// The viewer-request function of the behaviour `/-/upload/*`, whose signature
// CloudFront has checked before it runs. A signature binds a URL and a time, and
// nothing else: no method, no size, no header. So this is where they are bound:
//
//   PUT /-/upload/{key}   becomes   PUT /{key}   to the uploads bucket
//
// with a key that the pipeline accepts, at most so many bytes, no query (it could
// name another operation of S3) and no x-amz- header (they set ACLs, tags,
// storage classes, and copy).
//
// The most bytes are put in when it is deployed, from the recipe's limits.
// Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at most.

var PREFIX = '/-/upload/';
var MAX_BYTES = Number('${max_upload_bytes}');
var MAX_KEY_BYTES = 971; // shared/keys MaxBytes; a test compares the two

function handler(event) {
    var request = event.request;

    if (request.method !== 'PUT' && request.method !== 'OPTIONS') {
        return refuse(405, 'Method Not Allowed', 'Uploads are PUT here.', {'allow': {value: 'PUT, OPTIONS'}});
    }

    var key = keyOf(request.uri);
    if (key === null) {
        return refuse(400, 'Bad Request', 'No picture can have this key.', {});
    }

    if (request.method === 'PUT' && !bounded(request.headers)) {
        return refuse(413, 'Content Too Large', 'An upload says its Content-Length, of at most ' + MAX_BYTES + ' bytes.', {});
    }

    request.uri = '/' + encode(key);
    request.querystring = {};

    Object.keys(request.headers).forEach(function (name) {
        if (name.indexOf('x-amz-') === 0) {
            delete request.headers[name];
        }
    });

    return request;
}

// keyOf returns the key that a path names, as S3 reads a path: decoded once, and a
// raw + is a space. It returns null for a key that the pipeline rejects as BAD_KEY:
// one with a component that is empty, `-`, `.` or `..`, and one that is too long.
function keyOf(uri) {
    var key;

    if (uri.indexOf(PREFIX) !== 0) {
        return null; // CloudFront chose this behavior after it had normalized the path; the origin gets the raw one.
    }

    try {
        key = decodeURIComponent(uri.slice(PREFIX.length).replace(/\+/g, ' '));
    } catch (notUTF8) {
        return null;
    }

    var bad = key.split('/').some(function (component) {
        return component === '' || component === '-' || component === '.' || component === '..';
    });

    return bad || encodeURIComponent(key).replace(/%[0-9A-F]{2}/g, '-').length > MAX_KEY_BYTES ? null : key;
}

// encode spells a key in the one way that invalidations can match: see Path in
// shared/keys, with which a test compares it.
function encode(key) {
    return encodeURIComponent(key).replace(/\*/g, '%2A').replace(/%(?:2[46CF]|3[ABD]|40)/g, function (escape) {
        return decodeURIComponent(escape);
    });
}

// bounded wants one Content-Length, in digits, within the limit. A body in chunks
// has none.
function bounded(headers) {
    var length = headers['content-length'];

    return !!length && !length.multiValue && !headers['transfer-encoding'] &&
        /^[0-9]{1,15}$/.test(length.value) && Number(length.value) <= MAX_BYTES;
}

function refuse(status, description, text, headers) {
    headers['content-type'] = {value: 'text/plain; charset=utf-8'};
    headers['cache-control'] = {value: 'no-store'};

    return {statusCode: status, statusDescription: description, headers: headers, body: text + '\n'};
}
