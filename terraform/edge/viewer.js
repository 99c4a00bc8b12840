// The viewer-request function of the default behaviour: who asks for what was
// made of a picture, and in which format it goes out.
//
// Every object lies below a key's fold, `{key}/-/`, so a path without one names
// nothing: 404 here, and the bucket is never asked. A path `….auto.jpg` or
// `….auto.png` becomes `….auto.webp` where the viewer's Accept names image/webp;
// it runs before the cache is looked at, so each of the two is cached by its own
// name and Accept is no part of the cache key (response.js adds the Vary that
// browsers and proxies need).
//
// Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at most.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html

function handler(event) {
    var request = event.request;

    if (request.method === 'OPTIONS') {
        return preflight();
    }

    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return answer(405, 'Method Not Allowed', 'This is a CDN: it answers GET, HEAD, OPTIONS.', {
            'allow': {value: 'GET, HEAD, OPTIONS'},
            'cache-control': {value: 'no-store'},
        });
    }

    if (!belowFold(request.uri)) {
        return answer(404, 'Not Found', 'No picture has this address.', {
            'cache-control': {value: 'public, max-age=5'},
        });
    }

    if (/\.auto\.(jpg|png)$/.test(request.uri) && acceptsWebP(request.headers.accept)) {
        request.uri = request.uri.replace(/[a-z]+$/, 'webp');
    }

    return request;
}

// belowFold wants a component `-` after a key, and none before it: `/-/…` is for
// uploads. The path is looked at as S3 will read it, decoded once.
function belowFold(uri) {
    try {
        return decodeURIComponent(uri).indexOf('/-/') > 0;
    } catch (notUTF8) {
        return false;
    }
}

// acceptsWebP says whether image/webp is named, with a weight over 0 (RFC 9110,
// 12.5.1). A mere */* is no word for WebP: every client sends it, those that
// cannot show one too.
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

// preflight answers a browser's CORS question, and any other OPTIONS.
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
