// SPDX-License-Identifier: MIT
// The keys of `timeouts:` and of `backends[].timeout`, which lays its own over the global ones.
#include "core/config/timeoutssection.h"

#include "core/config/keys.h"
#include "core/config/laterkeys.h"

namespace meridian::config {

namespace {

using model::TimeoutSettings;

Key<TimeoutSettings> streamReadKey()
{
    return customKey<TimeoutSettings>(
        "stream_read", "seconds", "none", [](const Cursor &value, TimeoutSettings &into) {
            if (!value.isNull()) { // null is the default spelled out: use `read`
                if (const auto read = readSeconds(value)) {
                    into.streamRead = *read;
                }
            }
        });
}

// In a backend a key without a value is as good as absent: the global one stays.
Key<TimeoutSettings> orInherited(Key<TimeoutSettings> key)
{
    key.defaultText = "inherited";
    key.read = [read = std::move(key.read)](const Cursor &value, TimeoutSettings &into) {
        if (!value.isNull()) {
            read(value, into);
        }
    };
    return key;
}

std::vector<Key<TimeoutSettings>> timeoutKeys()
{
    using T = TimeoutSettings;
    std::vector<Key<T>> keys;
    keys.push_back(secondsKey("connect", &T::connect));
    keys.push_back(secondsKey("read", &T::read));
    keys.push_back(secondsKey("write", &T::write));
    keys.push_back(laterNumberKey<T>("pool", "5.0", 0, 5.0));
    keys.push_back(streamReadKey());
    return keys;
}

} // namespace

const Section<TimeoutSettings> &timeoutsSection()
{
    static const Section<TimeoutSettings> Keys(timeoutKeys());
    return Keys;
}

const Section<TimeoutSettings> &backendTimeoutSection()
{
    static const Section<TimeoutSettings> Keys([] {
        std::vector<Key<TimeoutSettings>> keys = timeoutKeys();
        for (Key<TimeoutSettings> &key : keys) {
            key = orInherited(std::move(key));
        }
        return keys;
    }());
    return Keys;
}

} // namespace meridian::config
