// SPDX-License-Identifier: MIT
// Writes turns as messages of /api/chat.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace meridian::provider::ollama {

/// Writes the turns of one request, in order, into an array that the caller has begun.
class MessageWriter
{
public:
    MessageWriter(const ChatRequest &request, json::JsonWriter &out, Fidelity &fidelity)
        : m_request(request)
        , m_out(out)
        , m_fidelity(fidelity)
    {
    }

    void write(std::size_t turn);

private:
    struct Content; // what one message says

    void gather(Content &content, const Part &part, const std::string &path);
    void gatherSource(Content &content, const Part &part, const std::string &path);
    void beginMessage(std::string_view role, const Content &content);
    void writeCalls(const Content &content);
    void writeResult(const Part &result, const std::string &path);
    void writeExtras(const std::vector<Extra> &extras, bool isOwn, const std::string &path);

    const ChatRequest &m_request;
    json::JsonWriter &m_out;
    Fidelity &m_fidelity;
    /// Of the calls so far, by id: walking back for each result would be quadratic.
    std::unordered_map<std::string_view, std::string_view> m_names;
};

} // namespace meridian::provider::ollama
