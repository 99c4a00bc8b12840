package server

import (
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3err"

	"triptych/emulator/objectstore/link"
)

// accounts gives versitygw the principals, so that it can verify their signatures. Their
// permissions are decided in front of the server, so every account has RoleAdmin.
type accounts struct {
	secrets map[string]string // Of the principals at the start, by access key.
	parent  *link.Client      // It knows the principals that were added later.
}

// secret returns the secret key of a principal, and false if there is no such principal.
func (a accounts) secret(access string) (string, bool) {
	if secret, known := a.secrets[access]; known {
		return secret, true
	}

	secret, err := a.parent.Secret(access)

	return secret, err == nil && secret != ""
}

var _ auth.IAMService = accounts{}

// GetUserAccount implements [auth.IAMService].
func (a accounts) GetUserAccount(access string) (auth.Account, error) {
	secret, known := a.secret(access)
	if !known {
		return auth.Account{}, auth.ErrNoSuchUser
	}

	return auth.Account{Access: access, Secret: secret, Role: auth.RoleAdmin}, nil
}

// ResolveAccounts implements [auth.IAMService]. It returns the keys that do not exist.
func (a accounts) ResolveAccounts(keys []string) ([]string, error) {
	missing := []string{}

	for _, key := range keys {
		if _, known := a.secret(key); !known {
			missing = append(missing, key)
		}
	}

	return missing, nil
}

// ListUserAccounts implements [auth.IAMService].
func (a accounts) ListUserAccounts() ([]auth.Account, error) { return nil, notHere() }

// CreateAccount implements [auth.IAMService].
func (a accounts) CreateAccount(auth.Account) error { return notHere() }

// UpdateUserAccount implements [auth.IAMService].
func (a accounts) UpdateUserAccount(string, auth.MutableProps) error { return notHere() }

// DeleteUserAccount implements [auth.IAMService].
func (a accounts) DeleteUserAccount(string) error { return notHere() }

// Shutdown implements [auth.IAMService].
func (a accounts) Shutdown() error { return nil }

// notHere answers requests of the server's own administration, which the emulator does
// not support: principals are known from the start.
func notHere() error {
	return s3err.GetAPIError(s3err.ErrAdminMethodNotSupported)
}
