package web

import lru "github.com/hashicorp/golang-lru/v2"

// cachedPictures bounds how many pictures are kept, about 150 KB each.
const cachedPictures = 64

// pictureCache keeps the latest pictures in memory; they are never written anywhere.
type pictureCache struct{ kept *lru.Cache[string, []byte] }

func newPictureCache() *pictureCache {
	kept, err := lru.New[string, []byte](cachedPictures)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &pictureCache{kept}
}

func (p *pictureCache) get(key string) ([]byte, bool) { return p.kept.Get(key) }

func (p *pictureCache) put(key string, picture []byte) { p.kept.Add(key, picture) }
