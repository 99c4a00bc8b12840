// Package metadata reads the properties of an image from the header of its file, and
// removes private metadata from the file. Neither task needs a decoder, because both work
// on containers: the segments of JPEG, the chunks of PNG and WebP, the blocks of GIF.
//
// # Packages
//
// Each format has a package with its [Entry]: jpeg, png, gif, webp, heif, tiff and bmp.
// They share four packages: format (types), container (reading and writing of files),
// report (names of the removed metadata) and exif (EXIF). This package has the registry
// of the entries, the signatures of the formats that are rejected, and the functions that
// choose an entry by a file's first bytes.
//
// # How a format is recognized
//
// The first bytes decide, never a name or a Content-Type. JPEG, PNG, GIF and WebP are
// accepted. BMP, TIFF, HEIC and AVIF are also accepted, but [Sanitize] does not rewrite
// them: their masters are made from their pixels. Other well-known formats are rejected
// by name (failure.UnsupportedFormat). Any other file is failure.NotAnImage.
//
// # What is kept
//
// Sanitize works with a list of what is allowed, and removes everything else. Such a list
// also removes metadata that are invented in the future.
//
// JPEG (ITU-T T.81): everything that a decoder needs up to the last scan that it reads,
// the JFIF header without its thumbnail (ITU-T T.871), the ICC profile (ICC.1, annex
// B.4), and Adobe's APP14, which defines the meaning of the components.
//
// A JPEG's HDR gain map is also kept (Adobe's gain map specification 1.0, Android's Ultra
// HDR image format, ISO/TS 21496-1). It is a JPEG after the primary. It is sanitized like
// the primary, and decoded to find damage. Its metadata are parsed, checked against
// limits and written again, with an index of the two images (CIPA DC-007). Nothing of the
// original's XMP is copied.
//
// PNG (W3C PNG, third edition): the critical chunks, and the chunks that define how
// pixels are shown: iCCP, sRGB, gAMA, cHRM, cICP, mDCV, cLLI, tRNS, bKGD, pHYs, sBIT and
// the animation's acTL, fcTL, fdAT. Each is kept once, before the pixels, with the length
// of its kind and with a correct checksum.
//
// WebP (RFC 9649): VP8X with flags for the remaining chunks, ICCP, ANIM, ANMF, ALPH, VP8
// and VP8L. Of a simple file only the chunk of the image is kept.
//
// GIF (GIF89a): images with their graphic controls, and the application extension with
// the number of repetitions. An image that strict decoders reject is encoded again with
// the pixels that package gif shows. Damaged frames after the first one are removed.
//
// In every format a profile must start with a profile header (ICC.1, 7.2).
//
// The compressed pixels are copied byte for byte, including bytes after the last pixel in
// the same stream, because only a decoder knows where the pixels end. A GIF is the
// exception: it is decoded, and cut after its last code. A file that contains only the
// above is not changed.
//
// # Orientation
//
// The orientation is EXIF's tag 0x0112 (CIPA DC-008, 4.6.5.1.5), with one integer of any
// type from 1 to 8. In a JPEG it is that of the first EXIF segment that has an
// orientation, before the first scan. In a PNG it is that of the first eXIf chunk before
// the first IDAT. In a WebP it is that of the EXIF chunk for which VP8X has a flag.
// [Sanitize] keeps it in place as the only tag of a minimal EXIF, and only if it is not
// 1. A GIF has no orientation. A gain map keeps none, because readers turn it like its
// primary.
//
// # Memory limits
//
// Whatever lengths a file claims, [Inspect] holds at most one window of 1 MiB, and visits
// at most 4,096 segments or chunks of a JPEG or PNG. It reads a GIF or WebP to the end.
// [Profile] also holds a profile of at most 4 MiB. [Sanitize] streams. It holds one
// segment, and a JPEG's gain map of at most 32 MiB, or the data of one GIF image. It must
// write the header of a WebP, or of a JPEG with a gain map, again at the end. If dst
// cannot be overwritten, it holds the whole file in memory, but only the bytes that
// exist.
package metadata
