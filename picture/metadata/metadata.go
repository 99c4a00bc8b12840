// Package metadata reads the facts of a picture from its file's head, and takes
// out of the file what nobody but its owner should see. Neither needs a decoder:
// both work on the containers: JPEG's segments, PNG's and WebP's chunks, GIF's
// blocks.
//
// # What a file is
//
// The first bytes decide, never a name or a Content-Type. JPEG, PNG, GIF and WebP
// are accepted, and BMP, TIFF, HEIC and AVIF, which [Sanitize] does not rewrite: a
// master of those is made of their pixels. Other formats that are well known are refused by name
// (failure.UnsupportedFormat), anything else is failure.NotAnImage.
//
// # What stays
//
// JPEG (ITU-T T.81): everything that a decoder needs, up to the last scan that it
// reads, the JFIF header without its thumbnail (ITU-T T.871), the ICC profile (ICC.1,
// annex B.4), and Adobe's APP14, which says what the components mean. PNG (W3C PNG,
// third edition): the critical chunks, and those that say how pixels are to be shown:
// iCCP, sRGB, gAMA, cHRM, cICP, mDCV, cLLI, tRNS, bKGD, pHYs, sBIT and the animation's acTL, fcTL,
// fdAT; each once, before the pixels, of the length that its kind has and with a right
// checksum. In every format a profile has to begin like one (ICC.1, 7.2).
// WebP (RFC 9649): VP8X with flags of what there still is, ICCP, ANIM, ANMF, ALPH,
// VP8 and VP8L; of a simple file, its one chunk. GIF (GIF89a): images with their
// graphic controls, and the application extension that says how often to repeat; an
// image that strict decoders refuse is encoded anew with the pixels that package gif
// shows, and damaged frames behind the first go.
// A JPEG's HDR gain map stays, too (Adobe's gain map specification 1.0, Android's Ultra
// HDR image format, ISO/TS 21496-1): it is a JPEG behind the primary, and is sanitized as
// that is, and decoded to find damage. Its metadata are parsed, bounded and written anew, with an index of the two
// pictures (CIPA DC-007); nothing of the original's XMP is copied.
// All the rest goes, whatever it is: a list of what is allowed cannot miss what
// is invented next year.
//
// The compressed pixels are copied byte for byte, with what may hide behind the last
// of them in their own stream: only a decoder knows where that ends. (A GIF's is decoded,
// and cut behind its last code.) A file that
// holds nothing but the above passes unchanged.
//
// # Orientation
//
// It is EXIF's tag 0x0112 (CIPA DC-008, 4.6.5.1.5) in the first EXIF segment
// before the first scan, eXIf chunk before the first IDAT, or EXIF chunk that
// VP8X has a flag for, that has one from 1 to 8 as one integer of any type.
// [Sanitize] leaves it in place as the only tag of a minimal EXIF, and only where
// it is not 1. A GIF has none, and a gain map keeps none: readers turn it as its primary.
//
// # Bounds
//
// Whatever lengths a file claims, [Inspect] holds at most one window of 1 MiB,
// and visits at most 4,096 segments or chunks of a JPEG or PNG; of a GIF or WebP
// it reads on to the end. [Profile] holds a profile of at most 4 MiB,
// too. [Sanitize] streams, holding one segment, and a JPEG's gain map of at most
// 32 MiB, or the data of one image of a GIF; only where it cannot write the head of a WebP, or of a JPEG with a gain map,
// again in the end does it hold what the file really has.
package metadata
