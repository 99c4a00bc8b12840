// The viewer-request function of the behavior `/-/upload/*`. CloudFront verifies the
// signature before it runs this function. A signature covers a URL and a time, but no
// method, no size and no header. So this function checks them, and rewrites the path:
//
//   PUT /-/upload/{key}   becomes   PUT /{key}   to the uploads bucket
//
// The pipeline must accept the key, and the body has at most MAX_BYTES bytes. The function
// removes the query, because it could select another operation of S3, and the x-amz-
// headers, because they set ACLs, tags and storage classes, and copy objects.
//
// The value of MAX_BYTES is inserted at the deployment, from the recipe's limits.
// Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at most.

var PREFIX = '/-/upload/';
var MAX_BYTES = Number('${max_upload_bytes}');
var MAX_KEY_BYTES = 966; // shared/keys MaxBytes; a test compares the two

function handler(event) {
    var request = event.request;

    if (request.method !== 'PUT' && request.method !== 'OPTIONS') {
        return refuse(405, 'Method Not Allowed', 'Uploads require PUT.', {'allow': {value: 'PUT, OPTIONS'}});
    }

    var key = keyOf(request.uri);
    if (key === null) {
        return refuse(400, 'Bad Request', 'This key is not allowed.', {});
    }

    if (request.method === 'PUT' && !bounded(request.headers)) {
        return refuse(413, 'Content Too Large', 'An upload needs a Content-Length of at most ' + MAX_BYTES + ' bytes.', {});
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

// keyOf returns the key in a path, as S3 reads a path: decoded once, and a raw + is a
// space. It returns null for a key that the pipeline rejects as BAD_KEY: a key with a
// component that is empty, `-`, `.` or `..`, and a key that is too long.
function keyOf(uri) {
    var key;

    if (uri.indexOf(PREFIX) !== 0) {
        return null; // CloudFront normalizes the path before it chooses this behavior, but sends the raw path to the origin.
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

// encode returns the only spelling of a key that invalidations can match: see Path in
// shared/keys. A test compares both.
function encode(key) {
    return encodeURIComponent(key).replace(/\*/g, '%2A').replace(/%(?:2[46CF]|3[ABD]|40)/g, function (escape) {
        return decodeURIComponent(escape);
    });
}

// bounded requires one Content-Length, in digits, within the limit. A chunked body has no
// Content-Length.
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
