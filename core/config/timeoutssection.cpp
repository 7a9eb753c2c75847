// SPDX-License-Identifier: MIT
// The keys of `timeouts:` and of `backends[].timeout`, which lays its own over the global ones.
#include "core/config/timeoutssection.h"

#include "core/config/keys.h"

namespace meridian::config {

namespace {

using model::TimeoutSettings;

// Meridian 0.12's wait for its shared pool. Here there is no such pool, so nothing ever waits.
Key<TimeoutSettings> poolKey()
{
    return customKey<TimeoutSettings>(
        "pool", "seconds", "5",
        [](const Cursor &value, TimeoutSettings &) { (void)readSeconds(value); });
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
    keys.push_back(poolKey());
    keys.push_back(optionalSecondsKey("stream_read", &T::streamRead));
    keys.push_back(optionalSecondsKey("first_byte", &T::firstByte));
    keys.push_back(optionalSecondsKey("total", &T::total));
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
