package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// checkers are independent programs that read the published masters.
type checkers struct {
	exiftool, djpeg, dwebp, python string
}

// findCheckers looks for the programs. Its error names the packages of missing programs.
func findCheckers() (*checkers, error) {
	j := &checkers{}

	var problems []error

	for _, program := range []struct {
		path            *string
		name, ofPackage string
	}{
		{&j.exiftool, "exiftool", "libimage-exiftool-perl"},
		{&j.djpeg, "djpeg", "libjpeg-turbo-progs"},
		{&j.dwebp, "dwebp", "webp"},
	} {
		path, err := exec.LookPath(program.name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s is missing (Debian: %s)", program.name, program.ofPackage))
		}

		*program.path = path
	}

	// Debian's Pillow belongs to Debian's Python, which another Python in PATH may hide.
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import PIL").Run() == nil {
			j.python = python
		}
	}

	if j.python == "" {
		problems = append(problems, errors.New("the Python package PIL is missing (Debian: python3-pil)"))
	}

	return j, errors.Join(problems...)
}

// check returns the problems of the masters of a render, by the path of the mutant.
func (j *checkers) check(ctx context.Context, done rendered) map[string][]string {
	wrong := map[string][]string{}
	mutants := make(map[string]string, len(done.masters))

	for mutant, master := range done.masters {
		mutants[master] = mutant
	}

	add := func(master, what string) { wrong[mutants[master]] = append(wrong[mutants[master]], what) }

	for master := range mutants {
		var command *exec.Cmd

		switch filepath.Ext(master) {
		case ".jpg":
			command = exec.CommandContext(ctx, j.djpeg, "-outfile", "/dev/null", master)
		case ".webp":
			// dwebp reads still images only; Pillow reads the animations.
			if !animated(master) {
				command = exec.CommandContext(ctx, j.dwebp, "-quiet", master, "-o", "/dev/null")
			}
		}

		if command == nil {
			continue
		}

		// djpeg has a special exit code for warnings about a file that it could read.
		const warned = 2

		out, err := command.CombinedOutput()
		if err != nil && (command.Path != j.djpeg || command.ProcessState.ExitCode() != warned) {
			add(master, fmt.Sprintf("%s refuses the master: %s", filepath.Base(command.Path), firstLine(string(out))))
		}
	}

	// Pillow does not read HEIC without other packages; `make mutants` compares the decoders.
	readable := maps.Clone(mutants)
	maps.DeleteFunc(readable, func(master, _ string) bool {
		return slices.Contains([]string{".heic", ".avif"}, filepath.Ext(master))
	})

	for master, what := range j.pillow(ctx, readable) {
		add(master, "Pillow refuses the master: "+what)
	}

	for master, what := range j.metadata(ctx, mutants) {
		add(master, "the master has metadata: "+what)
	}

	return wrong
}

// reader is a Python program. It opens each file as Pillow does by default, reads all
// frames, and prints the files that Pillow rejects.
const reader = `
import sys, warnings
from PIL import Image
warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None
for path in sys.stdin.read().splitlines():
    try:
        with Image.open(path) as picture:
            for frame in range(getattr(picture, "n_frames", 1)):
                picture.seek(frame)
                picture.load()
    except Exception as error:
        print(path, type(error).__name__, error, sep="\t")
`

func (j *checkers) pillow(ctx context.Context, masters map[string]string) map[string]string {
	refused := map[string]string{}
	if len(masters) == 0 {
		return refused
	}

	command := exec.CommandContext(ctx, j.python, "-c", reader)
	command.Stdin = strings.NewReader(paths(masters))

	out, err := command.Output()
	if err != nil {
		for master := range masters {
			refused[master] = err.Error()
		}
	}

	for line := range strings.Lines(string(out)) {
		path, what, _ := strings.Cut(strings.TrimSpace(line), "\t")
		refused[path] = strings.ReplaceAll(what, "\t", " ")
	}

	return refused
}

// harmless are the groups and tags that exiftool reports for a file without metadata: the
// file itself, and the properties that its pixels need.
var harmless = []string{
	"SourceFile", "ExifTool:", "System:", "File:", "Composite:", "JFIF:", "PNG:", "PNG-pHYs:", "GIF:", "RIFF:", "ICC", "IFD0:Orientation",
	"Adobe:", "APP14:", "PNG-cICP:", "Meta:PrimaryItemReference",
	// The boxes of a HEIC or an AVIF, and the configuration of its decoder.
	"QuickTime:AuxiliaryImageType", "QuickTime:AV1", "QuickTime:AverageFrameRate", "QuickTime:BitDepth", "QuickTime:Chroma",
	"QuickTime:CleanAperture", "QuickTime:ColorPrimaries", "QuickTime:ColorProfiles", "QuickTime:CompatibleBrands",
	"QuickTime:ConstantFrameRate", "QuickTime:ConstraintIndicatorFlags", "QuickTime:Gen", "QuickTime:HEVCConfigurationVersion",
	"QuickTime:HandlerType", "QuickTime:ImagePixelDepth", "QuickTime:ImageSpatialExtent", "QuickTime:MajorBrand",
	"QuickTime:MatrixCoefficients", "QuickTime:MediaData", "QuickTime:MinSpatialSegmentationIDC", "QuickTime:MinorVersion",
	"QuickTime:NumTemporalLayers", "QuickTime:ParallelismType", "QuickTime:PixelAspectRatio", "QuickTime:Rotation", "QuickTime:Mirroring",
	"QuickTime:HighBitDepth", "QuickTime:InitialDelaySamples", "QuickTime:Seq", "QuickTime:TemporalIDNested", "QuickTime:TransferCharacteristics",
	"QuickTime:TwelveBit", "QuickTime:VideoFullRangeFlag",
}

func (j *checkers) metadata(ctx context.Context, masters map[string]string) map[string]string {
	found := map[string]string{}
	if len(masters) == 0 {
		return found
	}

	command := exec.CommandContext(ctx, j.exiftool, "-json", "-n", "-G1", "-a", "-u", "-ee", "-@", "-")
	command.Stdin = strings.NewReader(paths(masters))

	var stdout bytes.Buffer

	command.Stdout = &stdout
	_ = command.Run() // exiftool exits with an error if it cannot read a file, and still reports the others.

	// A hexadecimal name such as 46480086e554 is written as a number.
	decoder := json.NewDecoder(&stdout)
	decoder.UseNumber()

	var files []map[string]any
	if err := decoder.Decode(&files); err != nil {
		for master := range masters {
			found[master] = fmt.Sprintf("exiftool: %v", err)
		}

		return found
	}

	for _, tags := range files {
		path, _ := tags["SourceFile"].(string)

		for tag, value := range tags {
			if !isHarmless(tag) {
				found[path] = fmt.Sprintf("%s = %v", tag, value)
			}
		}
	}

	return found
}

func isHarmless(tag string) bool {
	for _, prefix := range harmless {
		if strings.HasPrefix(tag, prefix) {
			// Text in a PNG has its group.
			return tag != "File:Comment" && !strings.HasPrefix(tag, "PNG:Comment") && !strings.HasPrefix(tag, "GIF:Comment")
		}
	}

	return false
}

func paths(masters map[string]string) string {
	var out strings.Builder
	for master := range masters {
		out.WriteString(master + "\n")
	}

	return out.String()
}

// animated reports whether a WebP has an ANIM chunk near its start.
func animated(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()

	header := make([]byte, 64<<10)
	n, _ := io.ReadFull(file, header) // A file may be shorter than the buffer.

	return bytes.Contains(header[:n], []byte("ANIM"))
}
