package display

// GainMapKept is the text for an image whose published original keeps its HDR gain map. The
// variants show only the primary image.
const GainMapKept = "HDR gain map: kept in the original, variants are SDR"
