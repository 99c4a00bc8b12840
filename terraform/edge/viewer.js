// The viewer-request function of the default behavior. It decides what a viewer may
// request, in which spelling, and in which format.
//
// CloudFront validates signed URLs and cookies before it runs this function, so a signature
// covers the path that the viewer sent. This order is an assumption, because no page of AWS
// states it; docs/operations.md has a check for the first deployment. CloudFront looks up
// the cache after this function has run, so the cache key is the path that this function
// returns.
//
// One spelling: S3 serves `/%70hoto.jpg/-/...` and `/photo.jpg/-/...` as the same
// object. Each path is rewritten to the spelling that invalidations use; otherwise
// the other spelling would be an entry of the cache that no erasure removes.
//
// One place: every object is at `{key}/-/...`. Other paths are answered with 404, without a
// request to the bucket.
//
// Two formats: a path `....auto.jpg` or `....auto.png` becomes `....auto.webp` where
// the viewer's Accept names image/webp. Each format is cached by its own path, so
// Accept is not part of the cache key (response.js adds Vary for browsers and proxies).
//
// Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at most.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html

function handler(event) {
    var request = event.request;

    if (request.method === 'OPTIONS') {
        return preflight();
    }

    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return answer(405, 'Method Not Allowed', 'Only GET, HEAD and OPTIONS are allowed.', {
            'allow': {value: 'GET, HEAD, OPTIONS'},
            'cache-control': {value: 'no-store'},
        });
    }

    var key = keyOf(request.uri);
    if (key === null) {
        return answer(404, 'Not Found', 'No image has this URL.', {
            'cache-control': {value: 'public, max-age=5'},
        });
    }

    request.uri = '/' + encode(key);

    if (/\.auto\.(jpg|png)$/.test(request.uri) && acceptsWebP(request.headers.accept)) {
        request.uri = request.uri.replace(/[a-z]+$/, 'webp');
    }

    return request;
}

// keyOf returns the object key in a path, as S3 reads a path: decoded once, and a raw +
// is a space. It returns null for a key that no object of the pipeline has: a key that is
// not UTF-8, a key with a component that is empty, `.` or `..`, and a key that does not
// have exactly one component `-`, between two others.
function keyOf(uri) {
    var key;

    try {
        key = decodeURIComponent(uri.slice(1).replace(/\+/g, ' '));
    } catch (notUTF8) {
        return null;
    }

    var components = key.split('/'), fold = components.indexOf('-');

    var bad = components.some(function (component, i) {
        return component === '' || component === '.' || component === '..' || component === '-' && i !== fold;
    });

    return bad || fold < 1 || fold === components.length - 1 ? null : key;
}

// encode returns the only spelling of a key that invalidations can match: see Path in
// shared/keys. A test compares both.
function encode(key) {
    return encodeURIComponent(key).replace(/\*/g, '%2A').replace(/%(?:2[46CF]|3[ABD]|40)/g, function (escape) {
        return decodeURIComponent(escape);
    });
}

// acceptsWebP reports whether Accept names image/webp, with a weight over 0 (RFC 9110,
// 12.5.1). The range */* is not enough: every client sends it, including those that
// cannot show WebP.
function acceptsWebP(accept) {
    if (!accept) {
        return false;
    }

    return (accept.multiValue || [accept]).some(function (line) {
        return line.value.split(',').some(function (range) {
            var parts = range.split(';');

            return parts[0].trim().toLowerCase() === 'image/webp' && !parts.slice(1).some(function (parameter) {
                return /^\s*q\s*=\s*0(\.0{0,3})?\s*$/i.test(parameter);
            });
        });
    });
}

// preflight answers a CORS preflight request of a browser, and any other OPTIONS request.
function preflight() {
    return answer(204, 'No Content', '', {
        'allow': {value: 'GET, HEAD, OPTIONS'},
        'access-control-allow-origin': {value: '*'},
        'access-control-allow-methods': {value: 'GET, HEAD, OPTIONS'},
        'access-control-allow-headers': {value: '*'},
        'access-control-max-age': {value: '600'},
    });
}

function answer(status, description, text, headers) {
    var response = {statusCode: status, statusDescription: description, headers: headers};

    if (text) {
        headers['content-type'] = {value: 'text/plain; charset=utf-8'};
        response.body = text + '\n';
    }

    return response;
}
