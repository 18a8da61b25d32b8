import { defineServer } from '../../kit/server.ts';
import { findRelatedArticles } from './tools/find-related-articles.ts';
import { getArticle } from './tools/get-article.ts';
import { getCommonFixes } from './tools/get-common-fixes.ts';
import { searchSolutions } from './tools/search-solutions.ts';

export const kb = defineServer({
  name: 'kb',
  instructions: 'The knowledge base of IT support: how problems were solved. Ids of articles look like KB-001.',
  data: 'it',
  tools: [searchSolutions, getArticle, findRelatedArticles, getCommonFixes],
});
