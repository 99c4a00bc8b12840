// The viewer-response function of the default behaviour. What a path `….auto.…`
// answers depends on Accept (viewer.js), so browsers and proxies must keep the
// answers apart: Vary says by what (RFC 9110, 12.5.5). CloudFront itself keeps
// them apart by their paths.
//
// CloudFront runs it for answers under 400 only; an error is the same for all.
// Runtime: cloudfront-js-2.0. No modules, no network, 10 KB at most.

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
