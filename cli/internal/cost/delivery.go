package cost

import (
	"slices"

	"triptych/shared/recipe"
)

// delivery adds the lines of CloudFront, which are nearly the same for all designs: requests
// and bytes. The JPEGs of DIT have more bytes at the same quality. One edge function runs for each view. Triptych has a second one if the
// recipe has a variant of format auto, for the response header Vary (terraform/cdn.tf).
func (b *bill) delivery() {
	a := b.Assumptions
	views := b.Images * a.ViewsPerImage * (1 + a.ManifestsPerView)
	each := b.bytes() / b.files()

	if b.design == DIT {
		each *= a.DITBytesRatio
	}

	b.add("CloudFront", "requests", views, "requests", b.Prices.CloudFrontRequest, "%g views per image", a.ViewsPerImage)
	b.add("CloudFront", "transfer to viewers", b.Images*a.ViewsPerImage*each/bytesEachGB, "GB", b.Prices.CloudFrontGB,
		"%.0f kB per view: the mean size of the variants", each/thousand)

	runs := 1.0
	if b.design != DIT && slices.ContainsFunc(b.Recipe.Variants, func(v recipe.Variant) bool { return v.Format == recipe.Auto }) {
		runs = 2
	}

	b.add("CloudFront", "functions", views*runs, "runs", b.Prices.CloudFrontFunction, "%g per view", runs)

	if b.design == DIT {
		return
	}

	b.add("S3", "GET, for CloudFront", views*(1-a.CacheHitShare), "requests", b.Prices.S3Get, "%.3g of the views", 1-a.CacheHitShare)

	paths := max(0, b.Images*a.ErasedShare/max(1, a.ErasuresPerPath)-b.Prices.FreePathsEachMonth)
	b.add("CloudFront", "invalidations", paths, "paths", b.Prices.CloudFrontPath, "erasures ÷ %g, minus %g free paths", max(1, a.ErasuresPerPath), b.Prices.FreePathsEachMonth)
}

// transformations adds the lines of DIT. If CloudFront does not have a variant in its cache,
// it calls API Gateway, which calls Lambda. Lambda reads the original and makes the variant.
// Only the original is stored.
//
// Dynamic Image Transformation for Amazon CloudFront, implementation guide, "Lambda
// architecture", "Request processing workflow".
func (b *bill) transformations() {
	a := b.Assumptions

	// Each variant is made at least once.
	made := b.Images * max(b.files(), a.ViewsPerImage*(1-a.CacheHitShare))
	cpu := b.sum(func(v variant) float64 { return v.cpuMillis }) / b.count() * a.DITCPURatio
	seconds := a.billed(cpu, a.DITWaitMillis, a.DITMemoryMB)

	b.add("API Gateway", "requests", made, "requests", b.Prices.APIGatewayRequest, "one per view that the cache does not have: %.3g of the views", 1-a.CacheHitShare)
	b.add("Lambda", "requests", made, "requests", b.Prices.LambdaRequest, "one per request of API Gateway")
	b.add("Lambda", "duration", made*seconds*a.DITMemoryMB/megabytesEachG, "GB-s", b.Prices.LambdaGBSecond,
		"%.3f s × %g MB per request: %g × the CPU time of Triptych, + waiting", seconds, a.DITMemoryMB, a.DITCPURatio)
	b.add("S3", "PUT", b.Images, "requests", b.Prices.S3Put, "the original")
	b.add("S3", "GET", made, "requests", b.Prices.S3Get, "the original, for each request")
	b.store("S3", b.Images*(1-a.ErasedShare)*a.OriginalBytes/bytesEachGB, b.Prices.S3GBMonth,
		"%.2f MB per image: the original", a.OriginalBytes/million)
	b.add("CloudWatch", "functions' logs", made*a.LogBytesPerCall/bytesEachGB, "GB", b.Prices.LogsGB, "%g bytes per call", a.LogBytesPerCall)
}
