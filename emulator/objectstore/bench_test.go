package objectstore_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// BenchmarkStore measures PUT and GET, from a client of the SDK to the files and back.
func BenchmarkStore(b *testing.B) {
	l := newFixture(b)

	for _, size := range []int{1 << 10, 1 << 20} {
		body := bytes.Repeat([]byte{0xA5}, size)

		for _, bucket := range []string{uploads, variants} {
			b.Run(fmt.Sprintf("PUT/%d/%s", size, bucket), func(b *testing.B) {
				b.SetBytes(int64(size))

				for i := range b.N {
					key := fmt.Sprintf("put/%d.bin", i%100)
					if _, err := l.client.PutObject(b.Context(), &s3.PutObjectInput{
						Bucket: &bucket, Key: &key, Body: bytes.NewReader(body),
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}

		b.Run(fmt.Sprintf("GET/%d", size), func(b *testing.B) {
			l.put(variants, "get.bin", string(body))
			b.SetBytes(int64(size))

			for range b.N {
				out, err := l.client.GetObject(b.Context(), &s3.GetObjectInput{Bucket: aws.String(variants), Key: aws.String("get.bin")})
				if err != nil {
					b.Fatal(err)
				}

				if n, err := io.Copy(io.Discard, out.Body); err != nil || n != int64(size) {
					b.Fatal(n, err)
				}

				_ = out.Body.Close()
			}
		})
	}
}

// BenchmarkOpen measures the start and the end of a store.
func BenchmarkOpen(b *testing.B) {
	l := newFixture(b)

	for range b.N {
		l.stop()
		l.start()
	}
}
