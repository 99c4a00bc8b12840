// The viewer-response function of the default behavior. The answer for a path `….auto.…`
// depends on Accept (viewer.js). So browsers and proxies must cache the answers
// separately, and the header Vary names Accept (RFC 9110, 12.5.5). CloudFront itself
// caches them by their paths.
//
// CloudFront runs this function only for answers with a status below 400; an error is the
// same for all viewers. Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at
// most.

function handler(event) {
    var response = event.response;

    if (/\.auto\.[a-z]+$/.test(event.request.uri)) {
        var vary = response.headers.vary;

        if (vary && vary.multiValue) {
            vary.multiValue.push({value: 'Accept'});
        } else {
            response.headers.vary = {value: vary ? vary.value + ', Accept' : 'Accept'};
        }
    }

    return response;
}
