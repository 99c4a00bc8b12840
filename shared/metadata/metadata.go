// Package metadata reads the facts of a picture from its file's head, and takes
// out of the file what nobody but its owner should see. Neither needs a decoder:
// both work on the containers, JPEG's segments and PNG's chunks.
//
// # What a file is
//
// The first bytes decide, never a name or a Content-Type. JPEG and PNG are
// accepted. Other formats that are well known are refused by name
// (faults.UnsupportedFormat), anything else is faults.NotAnImage.
//
// # What stays
//
// JPEG (ITU-T T.81): everything that a decoder needs, the JFIF header without
// its thumbnail (ITU-T T.871), the ICC profile (ICC.1, annex B.4), and Adobe's
// APP14, which says what the components mean. PNG (W3C PNG, third edition): the
// critical chunks, and those that say how pixels are to be shown: iCCP, sRGB,
// gAMA, cHRM, cICP, tRNS, bKGD, pHYs, sBIT and the animation's acTL, fcTL, fdAT.
// All the rest goes, whatever it is: a list of what is allowed cannot miss what
// is invented next year.
//
// The compressed pixels are copied byte for byte. A file that holds nothing but
// the above passes unchanged.
//
// # Orientation
//
// It is EXIF's tag 0x0112 (CIPA DC-008, 4.6.5.1.5) in the first EXIF segment
// before the first scan, or eXIf chunk before the first IDAT, that has one from
// 1 to 8 as one SHORT; as browsers read it. [Sanitize] leaves it in place as the
// only tag of a minimal EXIF, and only where it is not 1.
//
// # Bounds
//
// Whatever lengths a file claims, [Inspect] holds at most one window of 1 MiB
// and visits at most 4,096 segments; [Profile] holds a profile of at most 4 MiB,
// too; [Sanitize] streams, holding one segment.
package metadata
