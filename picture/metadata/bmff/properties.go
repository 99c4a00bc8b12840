package bmff

// readProperties associates items with their properties (ISO/IEC 23008-12, 9.3). There
// may be several ipma boxes, with different versions and flags. The associations of all
// boxes count.
func (f *File) readProperties(iprp []byte) {
	var all []Property

	eachBox(box(iprp, "ipco"), func(kind string, data []byte) bool {
		all = append(all, Property{Kind: kind, Data: data})

		return true
	})

	budget := maxAssociations

	eachBox(iprp, func(kind string, data []byte) bool {
		if kind == "ipma" {
			budget = f.associate(data, all, budget)
		}

		return true
	})
}

// maxAssociations limits the number of properties of all items together. A meta box of 1
// MiB cannot hold more.
const maxAssociations = 1 << 20

func (f *File) associate(ipma fields, all []Property, budget int) int {
	version := ipma.uint(1)
	long := ipma.uint(3)&1 != 0 // Indices have 15 bits, not 7.

	for entries := ipma.uint(4); entries > 0 && len(ipma) > 0; entries-- {
		item := f.items[ipma.id(version > 0)]

		for count := ipma.uint(1); count > 0 && len(ipma) > 0 && budget > 0; count-- {
			var (
				index     uint64
				essential bool
			)

			if long {
				index = ipma.uint(2)
				index, essential = index&0x7fff, index>>15 != 0
			} else {
				index = ipma.uint(1)
				index, essential = index&0x7f, index>>7 != 0
			}

			budget--

			if item == nil || index == 0 || index > uint64(len(all)) {
				continue
			}

			property := all[index-1]
			property.Essential = essential
			item.Properties = append(item.Properties, property)
		}
	}

	return budget
}
