package resources

const (
	none     = "<Quantity>0</Quantity>"
	disabled = "<Enabled>false</Enabled>"
)

// complete adds the defaults that CloudFront returns to the configuration of a distribution.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
func complete(inner string) (string, error) {
	root, err := tree(inner)
	if err != nil {
		return "", err
	}

	root.fill(
		[2]string{"Aliases", none}, [2]string{"DefaultRootObject", ""}, [2]string{"OriginGroups", none}, [2]string{"CacheBehaviors", none},
		[2]string{"CustomErrorResponses", none}, [2]string{"Logging", disabled + "<IncludeCookies>false</IncludeCookies><Bucket></Bucket><Prefix></Prefix>"},
		[2]string{"PriceClass", "PriceClass_All"}, [2]string{"Restrictions", "<GeoRestriction><RestrictionType>none</RestrictionType>" + none + "</GeoRestriction>"},
		[2]string{"ViewerCertificate", "<CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate>"}, [2]string{"WebACLId", ""},
		[2]string{"HttpVersion", "http2"}, [2]string{"IsIPV6Enabled", "false"}, [2]string{"ContinuousDeploymentPolicyId", ""}, [2]string{"Staging", "false"},
	)
	root.child("ViewerCertificate").fill(
		[2]string{"SSLSupportMethod", "vip"}, [2]string{"MinimumProtocolVersion", "TLSv1"}, [2]string{"CertificateSource", "cloudfront"},
	)

	for _, one := range root.items("Origins", "Origin") {
		one.fill(
			[2]string{"OriginPath", ""}, [2]string{"CustomHeaders", none}, [2]string{"ConnectionAttempts", "3"}, [2]string{"ConnectionTimeout", "10"},
			[2]string{"OriginShield", disabled}, [2]string{"OriginAccessControlId", ""},
		)

		if one.child("CustomOriginConfig") == nil {
			one.fill([2]string{"S3OriginConfig", "<OriginAccessIdentity></OriginAccessIdentity>"})
		}
	}

	for _, one := range append(root.items("CacheBehaviors", "CacheBehavior"), root.child("DefaultCacheBehavior")) {
		if one != nil {
			one.fillBehavior()
		}
	}

	return root.write(), nil
}

// items returns the members of a list.
func (n *node) items(list, member string) []*node {
	found := n.child(list)
	if found == nil || found.child("Items") == nil {
		return nil
	}

	var members []*node

	for _, one := range found.child("Items").children {
		if one.name == member {
			members = append(members, one)
		}
	}

	return members
}

// fillBehavior adds the defaults of a cache behavior.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html
func (n *node) fillBehavior() {
	const readOnly = "<Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items>"

	n.fill(
		[2]string{"TrustedSigners", disabled + none}, [2]string{"TrustedKeyGroups", disabled + none},
		[2]string{"AllowedMethods", readOnly + "<CachedMethods>" + readOnly + "</CachedMethods>"}, [2]string{"SmoothStreaming", "false"},
		[2]string{"Compress", "false"}, [2]string{"LambdaFunctionAssociations", none}, [2]string{"FunctionAssociations", none},
		[2]string{"FieldLevelEncryptionId", ""}, [2]string{"GrpcConfig", disabled},
	)
	n.child("AllowedMethods").fill([2]string{"CachedMethods", readOnly})
}
