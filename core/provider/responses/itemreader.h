// SPDX-License-Identifier: MIT
// Reads `input` of the Responses API: a flat list of items becomes turns.
#pragma once

#include "core/provider/responses/fieldreader.h"
#include "core/provider/responses/toolidentity.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace meridian::provider::responses {

/// Neighbouring items of one step of the assistant (reasoning, message, calls) make one turn, and
/// so do neighbouring outputs of tools. One per request, one thread.
///
/// Item ids, `status` and empty lists are not kept: they mean something to the service that stored
/// the item, and nothing to a model.
class ItemReader
{
public:
    /// `tools`: the index of the request's. `mayRefer`: what an output or a reference belongs to
    /// may stand in a stored response.
    ItemReader(FieldReader &reader, ChatRequest &request, ToolIndex &tools, bool mayRefer)
        : m_reader(reader)
        , m_request(request)
        , m_tools(tools)
        , m_mayRefer(mayRefer)
    {
    }

    /// A string or an array of items. Tools that come as items are appended to the request's.
    bool read(json::Value input);

private:
    /// The call that an output belongs to.
    struct Call
    {
        std::string name;
        bool isOpaque = false;
        std::size_t turn = 0; // where its part stands; not if it is opaque
        std::size_t part = 0;
    };

    bool item(json::Value item, const std::string &path);
    bool message(json::Value item, const std::string &path);
    bool call(json::Value item, const std::string &path, bool isCustom);
    bool output(json::Value item, const std::string &path);
    bool reasoning(json::Value item, const std::string &path);
    bool reasoningText(json::Value list, const std::string &path, std::string &out);
    bool opaque(json::Value item, std::string_view type);
    bool signsCall(std::string_view signature);
    /// The turn that the next part goes to.
    Turn &turn(Role role);

    FieldReader &m_reader;
    ChatRequest &m_request;
    ToolIndex &m_tools;
    const bool m_mayRefer;
    std::unordered_map<std::string, Call> m_calls; // by call_id
};

} // namespace meridian::provider::responses
