// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes as a configuration file. Nothing may crash, hang, or tell a secret.
#include "core/config/configloader.h"
#include "core/secrets/secretresolver.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace meridian;

// What every reference resolves to: no diagnostic may hold it.
constexpr std::string_view Canary = "c4n4ry-0f-4-s3cr3t";

SecretResolver makeResolver()
{
    SecretResolver resolver;
    for (const char *scheme : {"env", "file", "credential", "keychain"}) {
        resolver.setSource(scheme, [](const std::string &name) -> Result<Secret> {
            // a line break makes the header check complain about the value
            return Secret(std::string(Canary) + (name.size() % 2 == 0 ? "\n" : ""));
        });
    }
    return resolver;
}

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

void checkDiagnostics(const std::vector<config::Diagnostic> &found, bool mayHoldCanary)
{
    int line = 0;
    for (const config::Diagnostic &diagnostic : found) {
        const std::string text = diagnostic.format();
        require(mayHoldCanary || text.find(Canary) == std::string::npos);
        require(text.find('\n') == std::string::npos);
        require(diagnostic.line >= 1 && diagnostic.column >= 1 && diagnostic.line >= line);
        require(!diagnostic.path.empty() && !diagnostic.message.empty());
        line = diagnostic.line;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const SecretResolver Resolver = makeResolver();
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    // the fuzzer learns the canary from our comparisons and writes it where it may be quoted
    const bool mayHoldCanary = text.find(Canary) != std::string_view::npos;
    const auto loaded = config::loadConfigText(text, "fuzz.yaml", Resolver);
    if (!loaded) {
        require(!loaded.error().empty());
        checkDiagnostics(loaded.error(), mayHoldCanary);
        return 0;
    }
    checkDiagnostics(loaded->warnings, mayHoldCanary);
    require(!loaded->settings.backends.empty());
    for (const model::BackendSettings &backend : loaded->settings.backends) {
        require(!backend.name.empty() && !backend.host.empty() && backend.port != 0);
        require(backend.weight >= 1 && backend.timeouts.connect.count() > 0);
    }
    return 0;
}
