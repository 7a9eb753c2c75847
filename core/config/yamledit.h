// SPDX-License-Identifier: MIT
// Edits of a YAML document in its text: what is not edited stays as somebody wrote it, byte by
// byte.
#pragma once

#include "core/base/result.h"
#include "core/config/yamlnode.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace meridian::config {

/// A key; of a list also the `name` or `id` of an item. Or an index.
using YamlStep = std::variant<std::string, std::size_t>;

/// One edit of a document.
struct YamlEdit
{
    enum class Kind {
        Set,    // what is there is replaced, what is missing is added, with its parents
        Remove, // an entry of a mapping or an item of a list
        Append, // to a list, which is made when it is missing
    };

    Kind kind = Kind::Set;
    std::vector<YamlStep> path;
    YamlNode value = {};
};

/// More at once is no person's doing; each is checked by reading the whole document again.
inline constexpr std::size_t MaxYamlEdits = 256;

/// The document with these edits, made one after the other. Comment lines stay, also those inside
/// of what is removed; a comment behind a value goes when its line goes. Collections are changed
/// entry by entry. Each result is parsed and must equal the tree that was meant, or nothing is
/// done: that is how edits are refused that would also change something else, through an anchor.
/// The error names the path. Re-entrant.
[[nodiscard]] Result<std::string> editYaml(std::string_view text,
                                           const std::vector<YamlEdit> &edits);

/// `backends[0].weight`, `backends.gpu-1.weight`: for messages.
[[nodiscard]] std::string formatPath(const std::vector<YamlStep> &path);

} // namespace meridian::config
