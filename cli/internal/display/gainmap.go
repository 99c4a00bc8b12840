package display

// GainMapKept says what became of an original's HDR gain map: the published original
// has it, and the variants show the primary picture alone.
const GainMapKept = "HDR gain map: kept in the original, variants are SDR"
