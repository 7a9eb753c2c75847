// SPDX-License-Identifier: MIT
// Bodies of /api/chat with anything in them that the dialect can say, the same for the same seed.
#pragma once

#include <QJsonObject>

namespace meridian::testing {

/// Each is as Ollama's own clients would send it back: contents are always there, results name
/// their function, nothing stands at its default.
[[nodiscard]] QJsonObject randomChat(unsigned seed);

} // namespace meridian::testing
