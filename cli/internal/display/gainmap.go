package display

// GainMapKept says that the published original keeps its HDR gain map, and that the
// variants show only the primary image.
const GainMapKept = "HDR gain map: kept in the original, variants are SDR"
