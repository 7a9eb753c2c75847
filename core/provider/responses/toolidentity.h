// SPDX-License-Identifier: MIT
// Functions that a client declared in another form (in a namespace, as a custom tool): there and
// back.
#pragma once

#include "core/json/value.h"
#include "core/provider/conversation.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace meridian::provider::responses {

/// What a client calls a tool that the neutral model holds as a function. Kept in Tool::json of
/// functions whose origin is OpenAiResponses; plain functions have none.
struct ToolIdentity
{
    std::string space; // namespace; empty: none
    std::string name;  // within the namespace
    bool isCustom = false;
};

/// The text for Tool::json. `declared`: the whole tool as the client declared it, kept with the
/// first function that was made of it.
[[nodiscard]] std::string writeIdentity(const ToolIdentity &identity, json::Value declared);

/// What a function's declaration was; Missing: it is told with an earlier function, or it was a
/// plain function (whose Tool::json is empty).
[[nodiscard]] json::Value declarationOf(const Tool &tool) noexcept;

/// What models call a tool: `space__name`, of letters, digits, `_` and `-`, at most 64 long, as
/// every provider takes it. Depends on nothing but its arguments.
[[nodiscard]] std::string flatName(std::string_view space, std::string_view name);

/// Finds the tools of one request by what its client and by what models call them. Keeps no
/// reference to them. Of two that are called alike the first is found. One thread.
class ToolIndex
{
public:
    ToolIndex() = default;
    explicit ToolIndex(const std::vector<Tool> &tools);

    void add(const Tool &tool);

    /// The identity of the function that a model calls `name`.
    [[nodiscard]] ToolIdentity identityOf(std::string_view name) const;

    /// Like flatName(), but by the declared tools where one has this identity.
    [[nodiscard]] std::string modelNameOf(std::string_view space, std::string_view name) const;

    /// The name for a tool that is yet to be added. Within a namespace it is no other tool's,
    /// whatever a client declares: a model could not tell the two apart.
    [[nodiscard]] std::string newNameOf(const ToolIdentity &identity);

private:
    std::unordered_set<std::string> m_taken;                    // names of all tools
    std::unordered_map<std::string, ToolIdentity> m_identities; // by name
    std::unordered_map<std::string, std::string> m_names;       // by keyOf()
    std::unordered_map<std::string, std::size_t> m_nextNumbers; // by keyOf()
};

/// Custom tools take free text; the function that stands for one takes it as the string `input`.
[[nodiscard]] std::string_view customSchema() noexcept;
[[nodiscard]] std::string customArguments(std::string_view input);
/// The text in a call's arguments; the arguments themselves when a model did not keep to the form.
[[nodiscard]] std::string customInput(std::string_view arguments);

} // namespace meridian::provider::responses
